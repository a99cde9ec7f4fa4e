"""The quick looks at a name spare the patterns work, and never hide what they would find."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import secret_names
from scanner.model.secret_names import Meaning, meaning_of

PARTS = st.sampled_from([
    "pass", "word", "wd", "phrase", "code", "user", "data", "web", "hook", "url", "secret", "s",
    "value", "string", "token", "to", "auth", "access", "key", "private", "list", "api",
    "credential", "connection", "shared", "account", "authorization", "material", "pwd", "a",
    "environment", "variables", "env", "vars", "default", "arguments", "tag", "Arn", "Id", "name",
    "_", "-", "\n", "É", "\u017f",
])  # fmt: skip
CASES = st.sampled_from([str, str.upper, str.title])


@given(parts=st.lists(PARTS, min_size=1, max_size=6), case=CASES)
def test_a_name_means_what_the_patterns_alone_say(parts, case):
    name = case("".join(parts))
    assert meaning_of(name) is by_patterns(name)


def by_patterns(name):
    if secret_names._SECRET.search(name) and not secret_names._HARMLESS.search(name):
        return Meaning.SECRET
    fitting = {
        Meaning.VARIABLES: secret_names._VARIABLES,
        Meaning.ENVIRONMENT: secret_names._ENVIRONMENT,
        Meaning.VALUE: secret_names._VALUE,
    }
    return next((each for each, pattern in fitting.items() if pattern.fullmatch(name)), None)
