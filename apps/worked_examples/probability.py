"""Probabilities, likelihoods, and what a mistake costs (rows 16, 17, 18, 34).

Slide: deck 3, "Bernoulli distribution" `probability`, "Restricted Boltzmann Machine" `probability`,
    "Energy Function" `probability`, "Gibbs Sampling" `probability`, "Contrastive Divergence" `probability`,
    "Training" `probability`; deck 4, "Probability" `probability`, "Error function" `probability`,
    "Error function as a penalty for every point" `probability`
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import boltzmann
from keras_course.by_hand.losses import likelihood, negative_log_likelihood

from .board import Compared, Row, Say, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MODELS = {"first model": (0.6, 0.2, 0.1, 0.7), "second model": (0.7, 0.9, 0.8, 0.6)}
MACHINE = boltzmann.Machine(
    W=np.array([[1.0, -0.5], [0.5, 1.5], [-1.0, 0.5]]), a=np.array([0.2, -0.3, 0.1]), b=np.array([-0.4, 0.3])
)


def chess(say: Say) -> Compared:
    """Row 16: mean and variance of the Bernoulli distribution."""
    p = 0.15
    mass = boltzmann.bernoulli(p)
    say(f"a game is won with p = {p}, lost with 1 - p = {1 - p}")
    say(f"mean: 0 x {1 - p} + 1 x {p} = {mass['mean']:g}")
    say(f"variance: p (1 - p) = {p} x {1 - p} = {mass['variance']:g}")
    wins = np.random.default_rng(0).random(100_000) < p
    say(f"100,000 games drawn: mean {wins.mean():.4f}, variance {wins.var():.4f}")
    return Compared(
        {"p(0)": 0.85, "p(1)": p, "mean": p, "variance": p * (1 - p)}, mass, by_formula=("mean", "variance")
    )


def machine(say: Say) -> Compared:
    """Row 17: a restricted Boltzmann machine by enumeration, Gibbs sampling and contrastive divergence."""
    states_v, states_h = boltzmann.states(3), boltzmann.states(2)
    # The slide's sums, written out.
    energies = {}
    for v in states_v:
        for h in states_h:
            e = -sum(MACHINE.a[i] * v[i] for i in range(3)) - sum(MACHINE.b[j] * h[j] for j in range(2))
            e -= sum(v[i] * h[j] * MACHINE.W[i, j] for i in range(3) for j in range(2))
            energies[tuple(v), tuple(h)] = e
    Z = sum(math.exp(-e) for e in energies.values())
    v = (1.0, 0.0, 1.0)
    p_v = sum(math.exp(-energies[v, tuple(h)]) for h in states_h) / Z
    on = [sum(math.exp(-energies[v, tuple(h)]) for h in states_h if h[j] == 1) / Z / p_v for j in range(2)]
    h = (1.0, 1.0)
    p_h = sum(math.exp(-energies[tuple(w), h]) for w in states_v) / Z
    back = [sum(math.exp(-energies[tuple(w), h]) for w in states_v if w[i] == 1) / Z / p_h for i in range(3)]

    joint = boltzmann.joint(MACHINE)
    say(
        f"3 visible units, 2 hidden: {joint.size} states, and Z, the sum of exp(-E) over all of them, is {Z:.4f}"
    )
    p_both = math.exp(-energies[v, h]) / Z
    say(f"E(v=101, h=11) = {energies[v, h]:.2f}, so p(v, h) = exp({-energies[v, h]:.2f}) / Z = {p_both:.4f}")
    say(
        f"p(h=1 | v=101), by enumerating states: {on[0]:.4f}, {on[1]:.4f}; by sigmoid(b + v W): the same, without Z"
    )

    rng = np.random.default_rng(0)
    chain = boltzmann.gibbs(rng.integers(0, 2, (20_000, 3)).astype(float), MACHINE, 30, rng)
    seen = float((chain == np.array(v)).all(axis=1).mean())
    say(
        f"Gibbs sampling, 20,000 chains of 30 steps: v=101 is drawn with frequency {seen:.4f}, p(v=101) = {p_v:.4f}"
    )
    data = np.array([[1.0, 0.0, 1.0]] * 3 + [[0.0, 1.0, 0.0]])
    learnt, before = MACHINE, boltzmann.log_likelihood(data, MACHINE)
    for _ in range(200):
        learnt = boltzmann.ascend(learnt, boltzmann.contrastive_divergence(data, learnt, 1, rng), 0.1)
    after = boltzmann.log_likelihood(data, learnt)
    say(
        f"200 steps of CD-1 on four examples: mean log p(v) from {before:.3f} to {after:.3f} (at best {_entropy():.3f})"
    )
    return Compared(
        {"p(v=101, h=11)": p_both, "p(h=1|v=101)": on, "p(v=1|h=11)": back, "CD-1 makes the data likelier": True},
        {
            "p(v=101, h=11)": joint[0b101, 0b11],
            "p(h=1|v=101)": boltzmann.hidden_given_visible(np.array(v), MACHINE),
            "p(v=1|h=11)": boltzmann.visible_given_hidden(np.array(h), MACHINE),
            "CD-1 makes the data likelier": after > before,
        },
        by_formula=True,
        note="the slide's update lacks a learning rate and the biases; the sampling in turns is Gibbs sampling; "
        "learning lowers the data's energy relative to that of other states",
    )  # fmt: skip


def _entropy() -> float:
    """The best mean log-likelihood for data of which three quarters are alike."""
    return 0.75 * math.log(0.75) + 0.25 * math.log(0.25)


def likelihoods(say: Say) -> Compared:
    """Row 18: the likelihood of four points under two models, and its negative logarithm."""
    slide = {"first model": [0.0084, 4.8], "second model": [0.3024, 1.2]}
    computed = {}
    for name, p in MODELS.items():
        product, total = likelihood(np.array(p)), negative_log_likelihood(np.array(p))
        say(f"{name}: {' x '.join(map(str, p))} = {product:.4f}")
        say(
            f"{'':{len(name)}}  {' + '.join(f'{-math.log(value):.2f}' for value in p)} = {total:.2f}   (each -log p)"
        )
        computed[name] = [round(product, 4), round(total, 1)]
    say("the data are likelier under the second model: its product is larger, its sum of penalties smaller")
    return Compared(slide, computed)


def penalties(say: Say) -> Compared:
    """Row 34: the negative logarithm of a point's probability."""
    computed = [negative_log_likelihood(np.array([p])) for p in (0.1, 0.8)]
    for p, penalty in zip((0.1, 0.8), computed, strict=True):
        say(f"a point whose right class has probability {p}: -log({p}) = {penalty:.4f}")
    return Compared([2.3, 0.2], computed, digits=1)


def draw_chess() -> "Figure":
    """Row 16: the distribution."""
    from keras_course import plots

    mass = boltzmann.bernoulli(0.15)
    return plots.bars(
        {"one game": {"lost: 0": mass["p(0)"], "won: 1": mass["p(1)"]}}, label="probability",
        title=f"Bernoulli: a game won with p = {mass['p(1)']:g}; the two probabilities add up to "
        f"{mass['p(0)'] + mass['p(1)']:g}",
        summary=f"mean {mass['mean']:g}, variance {number(mass['variance'], 4)}",
    )  # fmt: skip


def draw_machine() -> "Figure":
    """Row 17: the probability of every state, on one scale."""
    from keras_course.plots.maps import table

    joint = boltzmann.joint(MACHINE)
    visible, hidden = (
        ["".join(str(int(unit)) for unit in state) for state in boltzmann.states(count)] for count in (3, 2)
    )
    v, h = np.unravel_index(int(joint.argmax()), joint.shape)
    return table(
        100 * joint.T, [f"h = {name}" for name in hidden], [f"v = {name}" for name in visible],
        labels=("visible units", "hidden units", "p(v, h) in %"),
        title=f"Likeliest of the {joint.size} states: v = {visible[v]}, h = {hidden[h]}, with {joint.max():.1%}",
        summary=f"a restricted Boltzmann machine, enumerated: in % all cells add up to {100 * joint.sum():.0f}",
    )  # fmt: skip


def draw_likelihood() -> "Figure":
    """Row 18: each point's negative log-probability under both models."""
    from keras_course import plots

    sums = {name: negative_log_likelihood(np.array(p)) for name, p in MODELS.items()}
    better = min(sums, key=lambda name: sums[name])
    return plots.bars(
        {
            f"{name}: product {likelihood(np.array(p)):.4f}, sum {sums[name]:.1f}": {
                f"point {i}: p = {value}": -math.log(value) for i, value in enumerate(p, start=1)
            }
            for name, p in MODELS.items()
        },
        label="-log p (lower is better)", columns=2,
        title=f"The {better} costs less: " + " against ".join(f"{cost:.1f}" for cost in sorted(sums.values())),
        summary="the same four points under both models; a product of probabilities becomes a sum of -log p",
    )  # fmt: skip


def draw_penalty() -> "Figure":
    """Row 34: the penalty against the probability."""
    from keras_course import plots

    p = np.linspace(0.02, 1, 200)
    low, high = -math.log(0.1), -math.log(0.8)
    figure = plots.functions(
        p, {"the penalty of one point": {"-log p": -np.log(p)}},
        labels=("probability of the right class", "penalty: -log p"),
        title=f"A confident mistake costs most: {low:.1f} at p = 0.1, {high:.1f} at p = 0.8",
        summary=f"{low / high:.0f} times as much",
    )  # fmt: skip
    for value, penalty in ((0.1, low), (0.8, high)):
        figure.axes[0].plot([value], [penalty], "ko", markersize=8)
        figure.axes[0].annotate(
            f"p = {value}: {penalty:.1f}", (value, penalty), (value + 0.03, penalty + 0.15), fontsize=12
        )
    return figure


ROWS = (
    Row(16, "the Bernoulli distribution", 'deck 3, "Bernoulli distribution"', chess, draw_chess),
    Row(17, "a restricted Boltzmann machine", 'deck 3, "Energy Function"', machine, draw_machine),
    Row(18, "likelihood and its logarithm", 'deck 4, "Error function"', likelihoods, draw_likelihood),
    Row(
        34,
        "a penalty for every point",
        'deck 4, "Error function as a penalty for every point"',
        penalties,
        draw_penalty,
    ),
)
