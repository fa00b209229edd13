"""What stands in src/immunereset/models: found, not listed."""

import inspect

from immunereset.engine import Model, ModelError, Parameter, Protocol, TraceError, trace
from immunereset.models import all_models, all_modules

EXAMPLES = {"size": 3, "until": 365.0, "seed": 1}
"""What a function that makes a protocol is given for an argument without a default."""


def _kept():
    """Yield every name and thing in the files of models, as "file.name"."""
    for module in all_modules():
        for name, thing in vars(module).items():
            if not inspect.isfunction(thing) or thing.__module__ == module.__name__:
                yield f"{module.__name__.rpartition('.')[2]}.{name}", thing


def all_protocols() -> dict[str, Protocol]:
    """Return every protocol that a file keeps, and what every function annotated `-> Protocol` makes by default.

    A function with an argument that has no default and no example is a KeyError: give it one in `EXAMPLES`.
    """
    found = {}
    for where, thing in _kept():
        if isinstance(thing, Protocol):
            found[where] = thing
        elif inspect.isfunction(thing):
            signature = inspect.signature(thing)
            if signature.return_annotation in (Protocol, "Protocol"):
                given = [q.name for q in signature.parameters.values() if q.default is q.empty]
                found[where] = thing(**{name: EXAMPLES[name] for name in given})
    return found


def all_parameters() -> dict[str, Parameter]:
    """Return every parameter of a model, of a protocol, or that a file keeps alone or in a list."""
    owners = {model.name: model.parameters for model in all_models()}
    owners |= {where: protocol.parameters for where, protocol in all_protocols().items()}
    found = {f"{owner}.{symbol}": q for owner, parameters in owners.items() for symbol, q in parameters.items()}
    for where, thing in _kept():
        kept = (
            list(thing.values()) if isinstance(thing, dict) else thing if isinstance(thing, (list, tuple)) else [thing]
        )
        found |= {f"{where}.{q.symbol}": q for q in kept if isinstance(q, Parameter)}
    return found


def protocols_for(model: Model) -> dict[str, Protocol]:
    """Return the protocols that act on `model`, and those of them that go together at once."""
    fit, together = {}, Protocol()
    for where, protocol in all_protocols().items():
        try:
            protocol.check_for(model)
            traced = trace(model, protocol)
        except (ModelError, TraceError, AttributeError):
            continue  # It acts on something that this model does not have.
        if not traced.courses and not any(event.effect for event in traced.events):
            continue  # It acts on nothing.
        fit[where] = protocol
        try:
            together = together + protocol
        except ModelError:
            continue  # It uses a symbol for something else.
    return fit | ({"together": together} if len(fit) > 1 else {})
