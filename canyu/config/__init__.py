"""How the rooms are put together.

It owns settings, urls, subscriptions, the worker and the command `canyu`.
It is imported by no room and holds no rule of the product.
"""
