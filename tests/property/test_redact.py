import orjson
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.redact import MARKER, Redactor
from scanner.model.resource import Call, ResourceType

KIND = ResourceType("svc:t", service="svc", list=Call("L"), id="Id", redact=("Secret",))
words = st.sampled_from(["password", "pwd", "reset-password", "db-pwd", "secret_access_key", "x"])
parts = st.text("abcdef0123456789/-_.+=@", min_size=1, max_size=12)
glue = st.sampled_from(["", " ", "\n", '"', "',", "; ", "<a>", ")", "&x=1"])


@given(words, parts, st.sampled_from([":", "/", "="]), glue, glue, st.booleans())
def test_an_arn_stays_whole_whatever_its_names_are(word, part, separator, before, after, in_json):
    arn = f"arn:aws:lambda:eu-west-1:111122223333:function:{word}{separator}{part}"
    text = f"{before}{arn}{after}"
    if in_json:
        text = orjson.dumps({"Resource": text}).decode()
    members = {"Text": text}
    assert Redactor().hide(KIND, members, {}, {"tag": text}) == []
    assert members == {"Text": text}


@given(
    st.sampled_from([";", "&", "\n", " ", '","', "|", "<br>", ") "]),
    st.text("ghjkmnpqrtuvwxyz", min_size=8, max_size=16),
)
def test_an_arn_hides_no_secret_that_follows_it(end, secret):
    members = {"Text": f"arn:aws:rds:eu-west-1:111122223333:db:main{end}password={secret}"}
    assert Redactor().hide(KIND, members, {}) == ["configuration.Text"]
    assert secret not in members["Text"]
    assert members["Text"].startswith("arn:aws:rds:eu-west-1:111122223333:db:main")


def test_declared_paths_do_not_reach_into_tags():
    tags = {"Secret": "a tag's name is the user's own"}
    assert Redactor().hide(KIND, {"Secret": "s"}, {}, tags) == ["configuration.Secret"]
    assert tags["Secret"] != MARKER


def test_a_place_among_the_tags_can_be_spared():
    spared = {"svc:t": ("tags.url",)}
    tags = {"url": "x://user:hush-hush@host", "other": "x://user:hush-hush@host"}
    assert Redactor(spared=spared).hide(KIND, {}, {}, tags) == ["tags.other"]
    assert tags["url"] == "x://user:hush-hush@host"
