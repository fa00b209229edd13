"""What a lesson needs besides models and pictures: tasks with a number to record, and their check.

    from immunereset.lesson import check
    check("02-threshold")          what to record, and the answer behind a fold
    check("02-threshold", 1.62)    right or not, and why

The tasks of lesson NN are the list `TASKS` in `tasks_NN.py` of this package.
"""

from .check import Verdict, check
from .registry import answer_sheet, find_task, tasks
from .task import Task, TaskError

__all__ = ["Task", "TaskError", "Verdict", "answer_sheet", "check", "find_task", "tasks"]
