"""Names in public lists of model providers behind which the catalogue has no legal person, and why."""

NOBODY_KNOWN = frozenset(
    """
    302ai|abliterationai|aihubmix|ambient|anyapi|auriko|chutes|claudinio|crofai|dinference|fastrouter|freemodel
    frogbot|gmi cloud|hpc ai|iflow|inceptron|inference|ionet|jiekouai|kilo gateway|lilac|llm gateway|llmtr|lucidquery
    meganova|mixlayer|moark|morph|nanogpt|near ai cloud|neuralwatt|novitaai|orcarouter|qihang|requesty|routingrun
    subconscious|submodel|synthetic|the grid ai|tinfoil|umans ai coding plan|umans ai|vivgrid|wafer|xpersona|zeldoc
    zenmux|refuseless|abliteration|aiml|aiand|apertis|bytez|nadir|charity engine|clf ai gateway|cometapi|coralbricks
    edenai|empower|featherless ai|fastcrw|linkup|galadriel|gmi|hyperbolic|bespoke|eu jev|laya|libertai|neosantara
    nlp cloud|novita|opensandbox|parasail|sail|pinstripes|publicai|darkbloom|prism|reducto|scaledown|scx ai
    inferenceapis|tensormesh|nace|typesafe|strands decider|serper|apiserpent|tinyfish|nimble|zerogpu|ragflow|llamagate
    searchapi|empiriolabs|openinfer|transcribe|kyma|avian
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
"""Services for which no public page was read that names the legal person who runs them."""

NO_PROVIDER = frozenset(
    [
        "a2a",
        "anthropic text",
        "auto router",
        "custom",
        "custom openai",
        "infinity",
        "litellm proxy",
        "oobabooga",
        "openai like",
        "petals",
        "searxng",
        "xinference",
        "atomic chat",
    ]
)
"""Protocols, place-holders, and programs that one runs oneself and that no legal person is known to publish."""
