"""Amazon Lex: bots and their aliases; no conversations."""

from scanner.model.resource import BULK, Call, ResourceType

BOT = ResourceType(
    "AWS::Lex::Bot",
    service="lexv2-models",
    list=Call("ListBots", out="botSummaries"),
    id="botId",
    name="botName",
    arn="arn:{partition}:lex:{region}:{account}:bot/{botId}",
    tags=BULK,
)

BOT_ALIAS = ResourceType(
    "AWS::Lex::BotAlias",
    service="lexv2-models",
    parent="AWS::Lex::Bot",
    list=Call("ListBotAliases", {"botId": "$botId"}, out="botAliasSummaries"),
    id="{parent.botId}/{botAliasId}",
    name="botAliasName",
    arn="arn:{partition}:lex:{region}:{account}:bot-alias/{parent.botId}/{botAliasId}",
    created="creationDateTime",
    tags=BULK,
)
