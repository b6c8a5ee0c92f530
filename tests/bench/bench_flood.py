"""How long deciding takes when many leads of one company without an account come at once, beside many companies.

Run it with `python -m tests.bench.bench_flood [leads ...]`; it prints figures and asserts nothing.
"""

import logging
import sys
import time

import structlog

from tests.journey.stage import Stage

SIZES = (250, 500, 1_000)


def seconds(leads: int, companies: int) -> float:
    """The processor's time for one round in which all of them are decided."""
    stage = Stage()
    for number in range(leads):
        company = number % companies
        stage.lead(
            email=f"p{number}@newco{company}.example", company=f"Newco{company} Inc", last_name=f"N{number}"
        )
    began = time.process_time()
    decided = stage.decide().decisions
    took = time.process_time() - began
    if len(decided) != leads:
        raise SystemExit(f"{len(decided)} of {leads} leads were decided")
    return took


def main() -> None:
    """Each size once, of one company and of as many companies as leads."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{'leads':>8}{'one company':>14}{'as many':>10}{'ratio':>8}")
    for leads in [int(word) for word in sys.argv[1:]] or SIZES:
        one, many = seconds(leads, 1), seconds(leads, leads)
        print(f"{leads:>8,}{one:>12.1f} s{many:>8.1f} s{one / many:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
