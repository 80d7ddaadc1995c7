"""`make readme`: write the README's tables and picture anew."""

from tests.readme.parts import README, with_tables
from tests.readme.picture import PICTURE, draw
from tests.readme.tables import tables

README.write_text(with_tables(README.read_text(encoding="utf-8"), tables()), encoding="utf-8")
PICTURE.parent.mkdir(exist_ok=True)
PICTURE.write_text(draw(), encoding="utf-8")
