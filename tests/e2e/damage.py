"""Spoils requests a little, at random."""

import copy

ODD = [None, 0, -1, 2**63, 1.5, "", "x", " ", "\u0000", "日本", [], {}, True, False, [[]], [None],
       [{}], {"type": "text"}, {"type": "text", "text": "t"}, "tool_use", "system", ["a", "b"]]


def places(node, found):
    """All (container, key) pairs in the tree."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        found.append((node, key))
        if isinstance(value, (dict, list)):
            places(value, found)
    return found


def spoil(body, dice):
    """One to three small damages."""
    for _ in range(dice.choice([1, 1, 2, 3])):
        node, key = dice.choice(places(body, []))
        deed = dice.randrange(4)
        if deed == 0:
            del node[key]
        elif deed == 1 and isinstance(node, list):
            node.insert(dice.randrange(len(node) + 1), copy.deepcopy(node[key]))
        elif deed == 2 and isinstance(node, list):
            dice.shuffle(node)
        else:
            node[key] = copy.deepcopy(dice.choice(ODD))
        if not body:
            return
