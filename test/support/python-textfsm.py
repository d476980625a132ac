"""Runs templates of standard input with the TextFSM of the Python package; one JSON object a line in and out."""

import io
import json
import sys
import warnings

warnings.simplefilter("ignore")
import textfsm  # noqa: E402

for line in sys.stdin:
    case = json.loads(line)
    try:
        fsm = textfsm.TextFSM(io.StringIO(case["template"]))
        answer = {"rows": fsm.ParseText(case["text"])}
    except Exception as error:  # The package has several, and patterns raise their own.
        answer = {"error": type(error).__name__}
    print(json.dumps(answer), flush=True)
