"""`canyu product`."""

import argparse

from canyu.config.command import OK, CommandFailed

HELP = "add a product from the shell, with its first owner"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("slug", help="its name in addresses, such as lumen")
    parser.add_argument("--name", required=True, help="its name in English")
    parser.add_argument("--name-zh", default="", help="its name in Simplified Chinese")
    parser.add_argument("--owner", required=True, help="handle of its owner, added where unknown")


def run(arguments: argparse.Namespace) -> int:
    """Add the product and print a link by which a new owner signs in."""
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from django.db import transaction  # noqa: PLC0415

    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.journal.errors import Refused  # noqa: PLC0415
    from canyu.members import services as members  # noqa: PLC0415
    from canyu.products import services as products  # noqa: PLC0415

    at = now()
    names = {"en": arguments.name, "zh-hans": arguments.name_zh}
    try:
        with transaction.atomic():
            owner_id = members.find_or_add_person(handle=arguments.owner, at=at)
            members.make_operator(member_id=owner_id, at=at)
            products.add_product(
                actor_id=owner_id,
                slug=arguments.slug,
                name={language: name for language, name in names.items() if name},
                at=at,
            )
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    print(f"“{arguments.slug}” is there, owned by {arguments.owner}.")
    print(f"To sign in as {arguments.owner}: canyu link {arguments.owner}")
    return OK
