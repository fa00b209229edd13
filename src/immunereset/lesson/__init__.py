"""What a lesson needs besides models and pictures: its questions, and the check of recorded numbers.

    from immunereset.lesson import check, question
    check("02-threshold")          what to record, and the answer behind a fold
    check("02-threshold", 1.62)    right or not, and why
    question("07-two-logs")        a question as it stands in the data: here a prediction with its options

The questions of lesson NN are the list `QUESTIONS` in `questions_NN.py` of this package: predictions and checks
(`Choice`), and tasks with a number to record (`Task`). `python make.py questions` writes them into the notebooks.
"""

from .check import Verdict, check
from .choice import Choice, Option
from .gift import gift
from .key import answer_key
from .registry import answer_sheet, choices, find_task, place, question, questions, tasks
from .task import QuestionError, Task

__all__ = [
    "Choice", "Option", "QuestionError", "Task", "Verdict",
    "answer_key", "answer_sheet", "check", "choices", "find_task", "gift", "place", "question", "questions", "tasks",
]  # fmt: skip
