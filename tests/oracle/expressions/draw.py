"""Expressions drawn from a seed, as SQL text: every argument has a type that fits.

The kinds are wider than Spark's types (`N` is any number), since what is asked is what
Spark makes of mixtures. Knows nothing of sessions.
"""

from __future__ import annotations

import random

#: The columns of each kind, and constants.
LEAVES = {
    "B": ["b", "true", "false", "cast(null as boolean)"],
    "I": ["t", "s", "i", "l", "0", "1", "-3", "7L", "100S", "cast(null as int)", "2147483647"],
    "i": ["i", "t", "s", "0", "1", "2", "-1", "3", "5", "cast(null as int)"],
    "N": ["t", "s", "i", "l", "f", "d", "n", "w", "1", "-2.5", "0.1D", "1e10", "3.14F", "0"],
    "F": ["f", "d", "0.5D", "-1.0D", "2.0F", "1e-3", "double('NaN')", "double('infinity')"],
    "M": ["n", "w", "1.00", "-0.001", "12345678901234567890.5BD", "cast(i as decimal(12,0))"],
    "S": ["c", "u", "''", "'a'", "'é'", "'2024-02-29'", "'12'", "' -7 '", "'a,b,c'",
          "cast(null as string)", "'2020-06-30 23:59:59'", "'AbC'"],
    "X": ["x", "X'00FF'", "X''", "X'C3A9'"],
    "D": ["a", "date'2024-01-31'", "date'1969-12-31'", "date'2000-02-29'"],
    "T": ["p", "timestamp'2024-03-31 01:30:00'", "timestamp'1969-12-31 23:59:59.5'"],
    "Z": ["z", "timestamp_ntz'2024-10-27 02:30:00'"],
    "A": ["ai", "array(1, 2, 2)", "array()", "array(i, null)"],
    "L": ["ac", "array('a', 'b')", "split(c, '')"],
    "P": ["m", "map('a', 1)", "map()", "map_from_arrays(array('x'), array(i))"],
    "Y": ["y", "interval '1-2' year to month", "interval 3 months"],
    "V": ["v", "interval '1 02:03:04.5' day to second", "interval -90 minutes"],
}  # fmt: skip

#: What gives each kind: a text with the kinds of its arguments in braces.
CALLS = {
    "B": """{N} = {N}; {N} < {N}; {N} <=> {N}; {S} = {S}; {S} < {S}; {D} < {D}; {D} = {T};
        {T} <= {T}; {T} > {Z}; {Y} < {Y}; {V} = {V}; {B} and {B}; {B} or {B}; not {B};
        {S} is null; {N} is not null; {N} between {N} and {N}; {I} in ({I}, {I});
        {S} in ({S}, 'a'); {S} like '%a%'; {S} rlike '[a-c]+'; {S} ilike 'A%';
        startswith({S}, {S}); isnan({F}); endswith({S}, {S}); contains({S}, {S});
        array_contains({A}, {i}); arrays_overlap({A}, {A}); exists({A}, e -> e > 1);
        forall({A}, e -> e is not null); map_contains_key({P}, {S}); {B} <=> {B}; {B} is true;
        {N} = {S}; {D} = {S}; {A} = {A}; {X} = {X}; {X} < {X}; equal_null({S}, {S});
        {S} between {S} and {S}; luhn_check({S}); is_valid_utf8({X})""",
    "I": """{I} + {I}; {I} - {I}; {I} * {I}; {I} div {I}; {I} % {I}; -{I}; abs({I});
        pmod({I}, {I}); {I} & {I}; {I} | {I}; {I} ^ {I}; ~{I}; shiftleft({i}, {i});
        shiftright({I}, {i}); shiftrightunsigned({I}, {i}); cast({N} as bigint);
        cast({S} as int); cast({F} as smallint); cast({B} as tinyint); cast({T} as bigint);
        cast({M} as int); try_cast({S} as bigint); try_cast({N} as tinyint); length({S});
        length({X}); octet_length({S}); bit_length({S}); char_length({S}); ascii({S});
        instr({S}, {S}); locate({S}, {S}, {i}); levenshtein({S}, {S});
        find_in_set({S}, 'a,b,c'); year({D}); month({T}); day({D}); hour({T}); minute({Z});
        second({T}); quarter({D}); weekofyear({D}); dayofweek({D}); weekday({D});
        dayofyear({D}); datediff({D}, {D}); unix_timestamp({T});
        to_unix_timestamp({S}, 'yyyy-MM-dd'); extract(year from {T}); extract(doy from {D});
        extract(month from {Y}); unix_date({D}); extract(day from {V}); size({A}); size({P});
        cardinality({A}); array_position({A}, {i}); array_max({A}); array_min({A});
        element_at({A}, {i}); get({A}, {i}); try_element_at({A}, {i}); {P}['a'];
        element_at({P}, {S}); try_element_at({P}, {S}); array_size({A}); crc32({S});
        hash({N}, {S}); xxhash64({S}, {I}); hash({D}, {T}); hash({A}); xxhash64({M});
        bit_count({I}); ceil({F}); floor({F}); ceil({M}); floor({M}); factorial({i});
        greatest({I}, {I}, {I}); least({I}, {I}); coalesce({I}, {I}); nullif({I}, {I});
        if({B}, {I}, {I}); nvl2({S}, {I}, {I});
        case when {B} then {I} when {B} then {I} else {I} end; sign({i}); try_add({I}, {I});
        try_subtract({I}, {I}); try_multiply({I}, {I}); aggregate({A}, 0, (q, e) -> q + e);
        bround({I}, {i}); round({I}, -1); width_bucket({F}, 0, 10, 5); unix_micros({T});
        unix_millis({T}); getbit({I}, {i}); nvl({I}, {I}); try_mod({I}, {I}); array_size({L});
        cast({V} as bigint); cast({Y} as int); json_array_length({S}); regexp_count({S}, 'a');
        regexp_instr({S}, '[0-9]+')""",
    "i": """cast({I} as int); {i} + 1; length({S}); size({A}); month({D}); abs({i}); {i} % 3""",
    "F": """{F} + {F}; {F} - {F}; {F} * {F}; {F} / {F}; {F} % {F}; -{F}; abs({F}); sqrt({N});
        exp({N}); ln({N}); log10({N}); log2({N}); log1p({N}); log({N}, {N}); pow({N}, {N});
        sin({F}); cos({F}); tan({F}); asin({F}); acos({F}); atan({F}); atan2({F}, {F});
        sinh({F}); cosh({F}); tanh({F}); cbrt({F}); degrees({F}); radians({F}); rint({F});
        signum({N}); hypot({F}, {F}); expm1({F}); cot({F}); csc({F}); sec({F});
        round({F}, {i}); nanvl({F}, {F}); cast({S} as double); cast({N} as double);
        cast({N} as float); cast({S} as float); cast({T} as double); try_divide({N}, {N});
        {I} / {I}; months_between({T}, {T}); months_between({D}, {D}, false);
        coalesce({F}, {F}); greatest({F}, {F}); least({F}, {F}); if({B}, {F}, {F});
        try_cast({S} as double); pmod({F}, {F}); asinh({F}); atanh({F}); nullif({F}, {F});
        bround({F}, 1); cast({B} as float); {V} / {V}""",
    "M": """{M} + {M}; {M} - {M}; {M} * {M}; {M} / {M}; {M} % {M}; {M} div {M}; -{M}; abs({M});
        {M} + {I}; {I} * {M}; round({M}, {2}); bround({M}, {2}); cast({N} as decimal(10,2));
        cast({S} as decimal(20,5)); cast({I} as decimal(5,0)); cast({F} as decimal(38,10));
        cast({M} as decimal(4,1)); try_cast({S} as decimal(3,1)); coalesce({M}, {M});
        {M} + {M} * {M}; greatest({M}, {M}); if({B}, {M}, {M}); try_add({M}, {M});
        try_multiply({M}, {M}); to_number('12.5', '99.9'); try_divide({M}, {M});
        pmod({M}, {M}); extract(second from {T}); ceil({M}, 1); floor({M}, {2}); positive({M});
        cast({T} as decimal(20,6))""",
    "N": "{I}; {F}; {M}; {i} + {N}; {N} * {N}; {N} - {N}; coalesce({N}, {N}); abs({N}); {N} / {N}",
    "S": """concat({S}, {S}); {S} || {N}; upper({S}); lower({S}); trim({S}); ltrim({S});
        rtrim({S}); trim(both 'a' from {S}); substring({S}, {i}, {i}); substr({S}, {i});
        left({S}, {i}); right({S}, {i}); lpad({S}, {3}, {S}); rpad({S}, {3}, '*');
        repeat({S}, {3}); reverse({S}); initcap({S}); replace({S}, {S}, {S});
        translate({S}, 'abc', 'xy'); overlay({S}, {S}, {i});
        regexp_replace({S}, '([a-z])', '<$1>'); regexp_extract({S}, '([0-9]+)', 1);
        soundex({S}); regexp_substr({S}, '[a-z]+'); split_part({S}, ',', {4});
        substring_index({S}, 'b', {i}); concat_ws({S}, {S}, {L}); format_number({N}, {3});
        cast({N} as string); cast({B} as string); cast({D} as string); cast({T} as string);
        cast({Z} as string); cast({A} as string); cast({P} as string); cast({Y} as string);
        cast({V} as string); cast({X} as string); hex({I}); hex({S}); hex({X}); bin({I});
        conv({S}, 10, 16); base64({X}); md5({S}); sha1({X}); sha2({S}, 256);
        date_format({T}, 'yyyy-MM-dd HH:mm:ss.SSS'); date_format({D}, 'EEE, d MMM y');
        from_unixtime({I}, 'yyyy-MM-dd'); to_char({n}, 'S999.99'); typeof({N}); typeof({A});
        to_json(named_struct('a', {N}, 'b', {S})); to_json({P}); array_join({L}, ',');
        array_join({L}, ',', '?'); element_at({L}, {i}); get_json_object({S}, '$.a'); chr({I});
        coalesce({S}, {S}); nullif({S}, {S}); if({B}, {S}, {S}); nvl({S}, {S}); dayname({D});
        case when {B} then {S} else {S} end; greatest({S}, {S}); least({S}, {S});
        elt({i}, {S}, {S}); format_string('%s|%s', {S}, {I}); format_string('%05d', {i});
        monthname({D}); unbase64({S}); url_encode({S}); mask({S}); quote({S}); space({3});
        lpad(hex({I}), 4); to_csv(named_struct('a', {N}, 'b', {S})); make_valid_utf8({X});
        btrim({S}); substring({S}, {i});
        aggregate({L}, '', (q, e) -> concat(q, coalesce(e, '-'))); array_max({L});
        array_min({L})""",
    "X": """cast({S} as binary); unhex({S}); encode({S}, 'UTF-8'); to_binary({S}, 'utf-8');
        {X} || {X}; substring({X}, {i}, {i}); concat({X}, {X}); coalesce({X}, {X});
        cast({I} as binary); reverse({X}); lpad({X}, 3); encode({S}, 'UTF-16BE');
        try_to_binary({S}, 'hex')""",
    "D": """cast({T} as date); cast({S} as date); to_date({S}); date_add({D}, {i});
        date_sub({D}, {i}); add_months({D}, {i}); last_day({D}); next_day({D}, 'MO');
        trunc({D}, 'MM'); trunc({D}, 'week'); make_date({y}, {i}, {i}); try_cast({S} as date);
        {D} + {Y}; {D} - {Y}; greatest({D}, {D}); coalesce({D}, {D}); if({B}, {D}, {D});
        date_from_unix_date({i}); to_date({S}, 'yyyy-MM-dd'); cast({Z} as date); {D} + 1;
        {D} - {i}; trunc({D}, 'quarter')""",
    "T": """cast({S} as timestamp); cast({D} as timestamp); to_timestamp({S});
        date_trunc('hour', {T}); date_trunc('month', {T}); date_trunc('week', {D}); {T} + {V};
        {T} - {V}; {T} + {Y}; make_timestamp({y}, {i}, 1, 2, 3, 4.5); timestamp_seconds({I});
        timestamp_millis({I}); from_utc_timestamp({T}, 'Europe/Madrid');
        to_utc_timestamp({T}, 'America/New_York'); try_cast({S} as timestamp);
        cast({N} as timestamp); cast({Z} as timestamp); {D} + {V};
        timestampadd(month, {i}, {T}); timestampadd(hour, {i}, {T}); coalesce({T}, {T});
        greatest({T}, {T}); if({B}, {T}, {T}); timestamp_micros({I}); {T} - {Y};
        to_timestamp({S}, 'yyyy-MM-dd HH:mm:ss'); date_trunc('quarter', {T})""",
    "Z": """cast({T} as timestamp_ntz); cast({S} as timestamp_ntz); {Z} + {V}; {Z} - {Y};
        coalesce({Z}, {Z}); to_timestamp_ntz({S}); cast({D} as timestamp_ntz);
        convert_timezone('UTC', 'Asia/Tokyo', {Z})""",
    "A": """sort_array({A}); sort_array({A}, false); array_distinct({A});
        array_union({A}, {A}); array_intersect({A}, {A}); array_except({A}, {A});
        array_remove({A}, {i}); reverse({A}); array_append({A}, {i}); array_prepend({A}, {i});
        slice({A}, {4}, {3}); concat({A}, {A}); array_repeat({i}, {3});
        transform({A}, e -> e * 2); transform({A}, (e, k) -> e + k); filter({A}, e -> e > 1);
        zip_with({A}, {A}, (g, h) -> coalesce(g, h)); array({i}, {i}); map_values({P});
        flatten(array({A}, {A})); array_compact({A}); array_insert({A}, {4}, {i});
        sequence({3}, {3}); coalesce({A}, {A}); if({B}, {A}, {A}); array_sort({A});
        from_json({S}, 'array<int>')""",
    "L": """split({S}, ','); split({S}, '', {i}); array({S}, {S}); map_keys({P});
        sort_array({L}); array_distinct({L}); transform({L}, e -> upper(e)); reverse({L});
        concat({L}, {L}); array_compact({L}); regexp_extract_all({S}, '([a-z])', 1);
        json_object_keys({S}); array_except({L}, {L}); filter({L}, e -> length(e) > 0);
        array_union({L}, {L})""",
    "P": """map({S}, {i}); map_filter({P}, (g, h) -> h > 0);
        transform_values({P}, (g, h) -> h + 1); map_concat({P}); str_to_map({S});
        map_from_entries(map_entries({P})); coalesce({P}, {P});
        transform_keys({P}, (g, h) -> concat(g, '!'));
        map_zip_with({P}, {P}, (g, h, k) -> h + k); from_json({S}, 'map<string,int>')""",
    "Y": """{Y} + {Y}; {Y} - {Y}; -{Y}; {Y} * {i}; {Y} / {i}; make_ym_interval({i}, {i});
        abs({Y}); coalesce({Y}, {Y}); {Y} * {F}""",
    "V": """{V} + {V}; {V} - {V}; -{V}; {V} * {i}; {V} / {i}; make_dt_interval({i}, {i}, {i});
        abs({V}); {T} - {T}; {D} - {D}; {Z} - {Z}; coalesce({V}, {V}); {V} * {F}; {T} - {D}""",
    # Arguments that are constants, or small.
    "2": "0; 1; 2; -1", "3": "0; 1; 2; 3; 5", "4": "1; 2; 3; -1; -2", "n": "{n}; n",
    "y": "year({D}); 2024; 1999; {i}",
}  # fmt: skip

KINDS = [kind for kind in CALLS if kind.isupper()]


def _choices(kind: str) -> list[str]:
    return [call.strip() for call in CALLS[kind].split(";")]


_CHOICES = {kind: _choices(kind) for kind in CALLS}
_CHOICES["n"] = ["n", "3.5", "-12.25", "i"]


def expression(random_: random.Random, kind: str, depth: int) -> str:
    """An expression of a kind, so deep at most."""
    if kind in LEAVES and (depth == 0 or random_.random() < 0.15):
        return leaf(random_, LEAVES[kind])
    text = random_.choice(_CHOICES[kind])
    out = []
    at = 0
    while (start := text.find("{", at)) >= 0:
        out.append(text[at:start])
        inner = text[start + 1]
        deeper = expression(random_, inner, max(depth - 1, 0))
        out.append(deeper if deeper.isalnum() or deeper.startswith("'") else f"({deeper})")
        at = start + 3
    return "".join([*out, text[at:]])


def leaf(random_: random.Random, leaves: list[str]) -> str:
    """A column two times in three, if there is one: constants are folded."""
    columns = [text for text in leaves if text.isalpha() and text not in ("true", "false")]
    return random_.choice(columns if columns and random_.random() < 0.67 else leaves)


def expressions(seed: int, count: int) -> list[str]:
    """Different expressions of all kinds; the same for a seed, whatever the machine."""
    random_ = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        kind = random_.choice(KINDS)
        text = expression(random_, kind, random_.choice([1, 1, 2, 2, 3]))
        if not text.isalnum():
            found.setdefault(text)
    return list(found)
