"""auto-circuit's edges, which circuitkit's ACDC shares: their names, and the order in which ACDC tries them.

The library keeps its edges in a Python set and sorts them by the layer of the destination alone, so which edge of a layer
comes first changes from process to process. Given as a list in Patchbay's order they are tried in that order."""
import re


def named(edge):
    """`A0.1->A1.0.Q` as `a0.h1->a1.h0<q>`."""
    name = edge.name.replace("Resid Start", "input").replace("Resid End", "logits").replace("MLP ", "m")
    name = re.sub(r"A(\d+)\.(\d+)", r"a\1.h\2", name)
    return re.sub(r"\.([QKV])$", lambda letter: f"<{letter[1].lower()}>", name)


def in_visit_order(edges):
    """Destinations from the logits down, the last head first, of a head q, k, v; into each the latest source first."""

    def key(edge):
        letter = "QKV".find(edge.dest.name[-1])
        return (-edge.dest.layer, -(edge.dest.head_idx or 0), letter, -edge.src.src_idx)

    return sorted(edges, key=key)


def kept(patchable):
    """Edges that the scan left: those whose mask still lets the clean run through. The scores that the libraries hand
    back do not tell them apart at a single threshold: circuitkit's are infinite for a removed edge, 0 for a kept one."""
    return {named(edge): 1 for edge in patchable.edges if edge.patch_mask(patchable)[edge.patch_idx] == 0}
