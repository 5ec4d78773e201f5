"""AWS's Query protocol: a form in, XML out, both by the vendor's own model as botocore ships it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

from .refusal import CloudRefusal

_UNKNOWN_STATUS = 400


class QueryService:
    def __init__(self, service: str) -> None:
        import botocore.session

        self.model: Any = botocore.session.get_session().get_service_model(service)

    def read(self, body: bytes) -> tuple[str, dict[str, Any]]:
        """The operation and its parameters. Raises CloudRefusal for anything that the model does not know."""
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        operation = form.pop("Action", "")
        version = form.pop("Version", "")
        if operation not in self.model.operation_names or version != self.model.api_version:
            raise CloudRefusal("InvalidAction", f"The action {operation} is not valid for version {version}.")
        shape = self.model.operation_model(operation).input_shape
        parameters = _taken(shape, form, "") or {}
        if form:
            raise CloudRefusal("InvalidParameterValue", f"Unknown parameter: {', '.join(sorted(form))}")
        for required in shape.required_members:
            if required not in parameters:
                raise CloudRefusal("MissingParameter", f"The request must contain the parameter {required}.")
        return operation, parameters

    def answer(self, operation: str, result: Mapping[str, Any], request_id: str) -> bytes:
        shape = self.model.operation_model(operation).output_shape
        root = ET.Element(f"{operation}Response", xmlns=self.model.metadata["xmlNamespace"])
        _write(root, shape.serialization.get("resultWrapper", f"{operation}Result"), shape, result)
        _text(ET.SubElement(root, "ResponseMetadata"), "RequestId", request_id)
        return ET.tostring(root)

    def refusal(self, operation: str, refusal: CloudRefusal, request_id: str) -> tuple[int, bytes]:
        """The HTTP status, and the body of an error."""
        status = refusal.status or self._status(operation, refusal.code)
        root = ET.Element("ErrorResponse", xmlns=self.model.metadata["xmlNamespace"])
        error = ET.SubElement(root, "Error")
        _text(error, "Type", "Sender" if status < 500 else "Receiver")
        _text(error, "Code", refusal.code)
        _text(error, "Message", refusal.message)
        _text(root, "RequestId", request_id)
        return status, ET.tostring(root)

    def _status(self, operation: str, code: str) -> int:
        if operation not in self.model.operation_names:
            return _UNKNOWN_STATUS
        for shape in self.model.operation_model(operation).error_shapes:
            if shape.error_code == code:
                return int(shape.metadata["error"].get("httpStatusCode", _UNKNOWN_STATUS))
        return _UNKNOWN_STATUS


def _taken(shape: Any, form: dict[str, str], prefix: str) -> Any:
    """What the form has of this shape, taken out of it; None where it has nothing."""
    match shape.type_name:
        case "structure":
            members = {
                name: _taken(member, form, f"{prefix}.{_name(member, name)}".lstrip("."))
                for name, member in shape.members.items()
            }
            return {name: value for name, value in members.items() if value is not None} or None
        case "list":
            values: list[Any] = []
            while (
                value := _taken(shape.member, form, f"{prefix}.{_name(shape.member, 'member')}.{len(values) + 1}")
            ) is not None:
                values.append(value)
            return values or None
        case kind:
            text = form.pop(prefix, None)
            return None if text is None else _scalar(kind, text, prefix)


def _scalar(kind: str, text: str, name: str) -> Any:
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "long") and text.lstrip("-").isdigit():
        return int(text)
    if kind == "string":
        return text
    if kind == "timestamp":
        return dt.datetime.fromisoformat(text)
    raise CloudRefusal("InvalidParameterValue", f"The parameter {name} must be of type {kind}.")


def _write(parent: ET.Element, name: str, shape: Any, value: Any) -> None:
    match shape.type_name:
        case "structure":
            element = ET.SubElement(parent, name)
            for key, item in value.items():
                if item is not None:
                    member = shape.members[key]
                    _write(element, _name(member, key), member, item)
        case "list":
            element = ET.SubElement(parent, name)
            for item in value:
                _write(element, _name(shape.member, "member"), shape.member, item)
        case "boolean":
            _text(parent, name, "true" if value else "false")
        case "timestamp":
            _text(parent, name, dt.datetime.fromtimestamp(value, dt.UTC).isoformat())
        case _:
            _text(parent, name, str(value))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _name(shape: Any, fallback: str) -> str:
    return str(shape.serialization.get("name", fallback))
