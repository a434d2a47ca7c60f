"""Write docs/results.md and the numbers in our pages from bench/results/: ``python -m bench``."""

from bench import excerpts, results


def main() -> None:
    """Write them all."""
    results.PAGE.parent.mkdir(exist_ok=True)
    results.PAGE.write_text(results.render(), encoding="utf-8")
    for page in excerpts.PAGES:
        text = page.read_text(encoding="utf-8")
        page.write_text(excerpts.render(text), encoding="utf-8")
    print("wrote docs/results.md and the numbers of", *(page.name for page in excerpts.PAGES))


if __name__ == "__main__":
    main()
