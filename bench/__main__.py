"""Write docs/results.md and the README's numbers from bench/results/: ``python -m bench``."""

from bench import readme, results


def main() -> None:
    """Write both."""
    results.PAGE.parent.mkdir(exist_ok=True)
    results.PAGE.write_text(results.render(), encoding="utf-8")
    text = readme.README.read_text(encoding="utf-8")
    readme.README.write_text(readme.render(text), encoding="utf-8")
    print("wrote docs/results.md and the numbers of README.md")


if __name__ == "__main__":
    main()
