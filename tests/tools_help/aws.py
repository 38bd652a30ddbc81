"""Prints every operation of the AWS command line from botocore's installed data, with its flags.

`--changing`: only those that are sent by PUT, PATCH or DELETE.
"""
import sys

try:
    import botocore.session
    from botocore import xform_name
except ImportError:
    sys.exit(0)

# Names of services that the command line has otherwise than botocore (awscli/customizations).
NAMES = {"s3": "s3api", "config": "configservice", "codedeploy": "deploy", "stepfunctions": "stepfunctions"}
only_changing = "--changing" in sys.argv
session = botocore.session.get_session()
for service in session.get_available_services():
    model = session.get_service_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if only_changing and operation.http.get("method") not in ("PUT", "PATCH", "DELETE"):
            continue
        members = operation.input_shape.members if operation.input_shape else {}
        flags = []
        for member, shape in members.items():
            flag = "--" + xform_name(member, "-")
            if shape.type_name == "boolean":
                flags += [flag + "=0", flag.replace("--", "--no-", 1) + "=0"]
            else:
                flags.append(flag + "=1")
        print(f"{NAMES.get(service, service)} {xform_name(name, '-')}\t{' '.join(flags)}")
