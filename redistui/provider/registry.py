"""Installed providers: listed by their entry points without importing them, loaded one at a time."""

import importlib.util
import inspect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from redistui.model.errors import ProviderError, ProviderErrorKind
from redistui.model.problems import nearest, one_of

from .contract import API_VERSION, Provider

GROUP = "redistui.providers"
_OWN = "redistui"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class InstalledProvider:
    """`problem` says why it cannot be used although it is installed: its name is taken."""

    type: str
    entry_point: EntryPoint
    distribution: str
    problem: str = ""


def installed() -> tuple[InstalledProvider, ...]:
    """Every provider of every installed distribution, by name. A shipped provider keeps its name against others."""
    found = sorted(
        {(point.name, "" if point.dist is None else point.dist.name, point) for point in entry_points(group=GROUP)},
        key=lambda entry: (entry[0], entry[1] != _OWN, entry[1]),
    )
    claims = Counter(name for name, _, _ in found)
    shipped = {name for name, distribution, _ in found if distribution == _OWN}
    providers = []
    for name, distribution, point in found:
        problem = ""
        if claims[name] > 1 and not (name in shipped and distribution == _OWN):
            others = [other for claim, other, _ in found if claim == name and other != distribution]
            problem = (
                f"The provider name {name} of {distribution} is also claimed by {one_of(others or [distribution])}"
            )
        providers.append(InstalledProvider(name, point, distribution, problem))
    return tuple(providers)


def load(provider_type: str, providers: Sequence[InstalledProvider] | None = None) -> type[Provider]:
    """Import one provider. Raises ProviderError with the reason and the way out; the others are not touched.

    `providers` saves looking through the installed distributions again.
    """
    known = installed() if providers is None else providers
    claims = [provider for provider in known if provider.type == provider_type]
    if not claims:
        raise _no_provider(provider_type, known)
    chosen = claims[0]
    if chosen.problem:
        raise _unsupported(chosen.problem, f"Uninstall one of them: pip uninstall {chosen.distribution}")
    loaded = _imported(chosen)
    problem = _misfit(loaded, chosen.type)
    if problem:
        raise _unsupported(
            f"The provider {chosen.type} of {chosen.distribution} {problem}",
            f"Install a version that fits redistui's provider API {API_VERSION}: pip install -U {chosen.distribution}",
        )
    assert isinstance(loaded, type)
    return loaded


def sdk_missing(provider: type[Provider]) -> bool:
    """Whether the SDK that the provider needs is not installed. Imports nothing of it but its parent packages."""
    if provider.sdk_module is None:
        return False
    try:
        return importlib.util.find_spec(provider.sdk_module) is None
    except ModuleNotFoundError:
        return True


def extra_hint(provider: type[Provider], distribution: str) -> str:
    """The command that installs a provider's SDK."""
    name = f"{distribution}[{provider.extra}]" if provider.extra else str(provider.sdk_module)
    return f"pip install '{name}'"


def _imported(chosen: InstalledProvider) -> object:
    try:
        loaded: object = chosen.entry_point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may fail in any way
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_REASON]
        raise _unsupported(
            f"The provider {chosen.type} of {chosen.distribution} cannot be imported: {reason}",
            f"Install it again: pip install --force-reinstall {chosen.distribution}",
        ) from None
    return loaded


def _misfit(loaded: object, provider_type: str) -> str:
    version = getattr(loaded, "api_version", None)
    if isinstance(version, int) and version != API_VERSION:
        return f"is made for provider API {version}, and this redistui has {API_VERSION}"
    if not (isinstance(loaded, type) and issubclass(loaded, Provider)):
        return "is not a Provider class"
    missing = sorted(getattr(loaded, "__abstractmethods__", ()))
    if inspect.isabstract(loaded):
        return f"lacks {', '.join(missing)}"
    own_type = getattr(loaded, "type", None)
    if own_type != provider_type:
        return f"calls itself {own_type}, unlike its entry point"
    return ""


def _no_provider(provider_type: str, known: Sequence[InstalledProvider]) -> ProviderError:
    names = sorted({provider.type for provider in known})
    meant = nearest(provider_type, names)
    message = f"There is no provider of type {provider_type or 'without a name'}"
    if meant is not None:
        return _unsupported(f"{message}; did you mean {meant}?", f'Write type = "{meant}"')
    listed = f"Installed are {one_of(names).replace(' or ', ' and ')}" if names else "None is installed"
    return _unsupported(message, f"{listed}; a plugin that brings it has to be installed beside redistui")


def _unsupported(message: str, hint: str) -> ProviderError:
    return ProviderError(ProviderErrorKind.UNSUPPORTED, message, hint=hint)
