"""An election folder's files, read into an Election, or every problem in them with its file and line.

Pure: the files come in as bytes by name. What each file holds is described in the README under "An election folder".
"""

from service.folder.problems import FolderProblems, Problem
from service.folder.reading import FILES, content_of, place_of_body, place_of_contest, read_election
from service.folder.rows import ELECTION_FILE

__all__ = [
    "ELECTION_FILE",
    "FILES",
    "FolderProblems",
    "Problem",
    "content_of",
    "place_of_body",
    "place_of_contest",
    "read_election",
]
