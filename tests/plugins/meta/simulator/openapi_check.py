"""Validates answers against a published OpenAPI 3.1 document.

Usage: openapi_check.py SPEC.yaml < [{"method", "path", "status", "body"}, ...]
`path` is the document's own ("/{Version}/{Phone-Number-ID}/messages"). Prints one line of JSON:
{"checked": N, "problems": ["..."]}; exits with 3 when a module it needs is not installed.
"""

import json
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)


def resolved(node, root):
    """The node a local $ref leads to."""
    while isinstance(node, dict) and "$ref" in node:
        target = root
        for step in node["$ref"].lstrip("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def schema_for(spec, answer):
    operation = spec["paths"][answer["path"]][answer["method"].lower()]
    response = resolved(operation["responses"][str(answer["status"])], spec)
    content = response.get("content", {})
    media = next((content[name] for name in content if name.startswith("application/json")), None)
    return media and media.get("schema")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    problems, checked = [], 0
    for answer in json.load(sys.stdin):
        name = f"{answer['method']} {answer['path']} {answer['status']}"
        try:
            schema = schema_for(spec, answer)
        except KeyError as missing:
            problems.append(f"{name}: the document has no {missing}")
            continue
        if not schema:
            problems.append(f"{name}: the document says nothing of the body")
            continue
        validator = jsonschema.Draft202012Validator({**schema, "components": spec["components"]})
        checked += 1
        for error in validator.iter_errors(answer["body"]):
            problems.append(f"{name}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
    print(json.dumps({"checked": checked, "problems": problems}))


main()
