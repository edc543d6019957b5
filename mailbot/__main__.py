"""python -m mailbot"""


def main() -> None:
    from mailbot.cli import main as run

    run()


if __name__ == "__main__":
    main()
