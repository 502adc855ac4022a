"""`canyu credits`."""

import argparse

from canyu.config.command import OK, PROBLEM

HELP = "derive who is credited anew from the facts, and tell or mend where the ledger differs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--product", default="", metavar="SLUG", help="only of this product")
    parser.add_argument("--mend", action="store_true", help="mend what differs; else only tell")


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each release that differs, then one for each product."""
    from canyu.config.setup import product_id_of, start_with_database  # noqa: PLC0415

    start_with_database()
    from canyu.credits import queries, services  # noqa: PLC0415
    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.products.queries import product_ids_by_slug  # noqa: PLC0415

    slugs = product_ids_by_slug()
    if arguments.product:
        slugs = {arguments.product: product_id_of(arguments.product)}
    is_all_fine = True
    for slug, product_id in sorted(slugs.items()):
        n_releases = n_differing = 0
        for one in services.recompute_credits(
            product_id=product_id, at=now(), is_mending=arguments.mend
        ):
            n_releases += 1
            n_differing += one.n
            if one.n:
                verb = "mended" if arguments.mend else "differs"
                print(
                    f"{verb} {slug} {one.version}: {one.n_missing} missing, {one.n_extra} that no"
                    f" fact gives, {one.n_other} of another fact or moment",
                    flush=True,
                )
        n_rows = sum(queries.n_credits_in(product_id).values())
        is_fine = arguments.mend or not n_differing
        is_all_fine &= is_fine
        advice = "" if is_fine else "; mend them with canyu credits --mend"
        print(
            f"{'ok  ' if is_fine else 'FAIL'} {slug}: {n_rows} credits of {n_releases} releases,"
            f" {n_differing} differed from the facts{advice}",
            flush=True,
        )
    return OK if is_all_fine else PROBLEM
