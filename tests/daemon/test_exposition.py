"""What Prometheus is given keeps to its text format, whatever stands in a label."""

import re

import pytest

from sfrouter.daemon.exposition import Kind, Measure, Sample, exposition

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LINE = re.compile(rf'({NAME})(?:\{{((?:{NAME}="(?:[^"\\\n]|\\[\\"n])*",?)*)\}})? (-?[0-9.]+(?:e[+-]?\d+)?)')
LABEL = re.compile(rf'({NAME})="((?:[^"\\]|\\.)*)"')


def parsed(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """The samples by name and labels; fails on everything the format does not allow."""
    assert text.endswith("\n")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    current, typed = "", ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            current = line.split(" ")[2]
            assert current not in found, f"{current} is told twice"
            found[current] = {}
        elif line.startswith("# TYPE "):
            _, _, typed, kind = line.split(" ")
            assert typed == current
            assert kind in ("counter", "gauge")
        else:
            sample = LINE.fullmatch(line)
            assert sample, line
            assert sample[1] == typed == current, f"{line} stands under {current}"
            labels = tuple(sorted(LABEL.findall(sample[2] or "")))
            assert labels not in found[current], f"{line} is told twice"
            found[current][labels] = float(sample[3])
    return found


def gauge(value: float, **labels: str) -> Measure:
    """A gauge with one sample."""
    return Measure(name="a_gauge", words="words", kind=Kind.GAUGE, samples=(Sample(value=value, labels=labels),))


def test_a_figure_comes_with_its_meaning_its_kind_and_its_samples() -> None:
    made = exposition([gauge(2.5, job="poll", at="noon")])
    assert made == '# HELP a_gauge words\n# TYPE a_gauge gauge\na_gauge{at="noon",job="poll"} 2.5\n'


@pytest.mark.parametrize("odd", ['say "hi"', "back\\slash", "two\nlines", "日本 ✓", '"} 1\nfake 2', ""])
def test_no_label_breaks_out_of_its_line(odd: str) -> None:
    found = parsed(exposition([gauge(1, source=odd)]))
    ((labels, value),) = found["a_gauge"].items()
    quoted = labels[0][1]
    assert value == 1
    assert re.sub(r"\\(.)", lambda one: {"n": "\n"}.get(one[1], one[1]), quoted) == odd


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1774353600.0, "1774353600"), (0.1, "0.1"), (1e-7, "1e-07"), (-3, "-3")]
)
def test_numbers_lose_nothing(value: float, text: str) -> None:
    line = exposition([gauge(value)]).splitlines()[-1]
    assert line == f"a_gauge {text}"
    assert float(line.split()[1]) == value


@pytest.mark.parametrize(("name", "kind"), [("a gauge", Kind.GAUGE), ("x_total", Kind.GAUGE), ("x", Kind.COUNTER)])
def test_a_name_that_prometheus_would_refuse_or_misread_is_refused(name: str, kind: Kind) -> None:
    with pytest.raises(ValueError, match="no name"):
        Measure(name=name, words="", kind=kind, samples=())


def test_a_label_that_prometheus_would_refuse_is_refused() -> None:
    with pytest.raises(ValueError, match="no name for a label"):
        gauge(1, **{"1st": "x"})
