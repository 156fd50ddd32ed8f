package wire

import "coatcheck/proxy/wire/rawjson"

// anthropic is Anthropic's Messages API.
var anthropic = &Adapter{
	Name:    "anthropic",
	Hosts:   []string{"api.anthropic.com"},
	BaseEnv: []string{"ANTHROPIC_BASE_URL"},
	Routes:  anthropicRoutes,
	Refuse:  refuseAnthropic,
}

var anthropicRoutes = []*Route{
	compiled(Route{
		Name: "messages", Method: "POST", Suffix: "/v1/messages",
		Messages: []string{"messages"}, Places: messagesPlaces, NeverBack: messagesNeverBack,
		Stream: messagesStream,
	}),
	compiled(Route{
		Name: "messages.count_tokens", Method: "POST", Suffix: "/v1/messages/count_tokens",
		Messages: []string{"messages"}, Places: messagesPlaces, NeverBack: rawjson.MustPatterns("/error/type", "/request_id"),
		Stream: &StreamRules{},
	}),
}

var messagesPlaces = []Place{
	{Path: "/model", Class: ClassNever},
	{Path: "/metadata/user_id", Class: ClassCertain, Cap: 256, Bare: true},
	{Path: "/messages/*/role", Class: ClassNever},
	{Path: "/messages/*/content/*/type", Class: ClassNever},
	{Path: "/messages/*/content/*/id", Class: ClassNever},
	{Path: "/messages/*/content/*/tool_use_id", Class: ClassNever},
	{Path: "/messages/*/content/*/name", Class: ClassNever},
	{Path: "/messages/*/content/*/server_name", Class: ClassNever},
	{Path: "/messages/*/content/*/input/**", Free: true},
	// A turn with thinking is refused when one byte of the block changed. The
	// model wrote it from tokens, so no private value is in there.
	{Path: "/messages/*/content/*/thinking", Class: ClassSealed, Types: []string{"thinking"}, Signed: true},
	{Path: "/messages/*/content/*/signature", Class: ClassSealed, Types: []string{"thinking"}},
	{Path: "/messages/*/content/*/data", Class: ClassSealed, Types: []string{"redacted_thinking"}},
	// Sealed by the provider, which must get it back as it was.
	{Path: "/messages/*/content/*/content/*/encrypted_content", Class: ClassSealed},
	{Path: "/messages/*/content/*/content/encrypted_content", Class: ClassSealed},
	{Path: "/messages/*/content/*/content/encrypted_stdout", Class: ClassSealed},
	{Path: "/messages/*/content/*/citations/*/encrypted_index", Class: ClassSealed},
	{Path: "/messages/*/content/*/title", Class: ClassCertain, Bare: true, Types: []string{"document"}},
	{Path: "/messages/*/content/*/source/data", Class: ClassCertain, Bare: true, Types: []string{"base64"}},
	{Path: "/messages/*/content/*/source/url", Class: ClassCertain, Bare: true, Types: []string{"url"}},
	{Path: "/messages/*/content/*/source/file_id", Class: ClassNever, Types: []string{"file"}},
	{Path: "/tools/*/type", Class: ClassNever},
	{Path: "/tools/*/name", Class: ClassNever},
	{Path: "/mcp_servers/*/name", Class: ClassNever},
	// A credential that the provider needs as it is.
	{Path: "/mcp_servers/*/authorization_token", Class: ClassSealed},
}

var messagesNeverBack = rawjson.MustPatterns(
	"/id", "/type", "/role", "/model", "/stop_reason", "/usage/**", "/container/**", "/request_id", "/error/type",
	"/content/*/type", "/content/*/id", "/content/*/tool_use_id", "/content/*/name", "/content/*/server_name",
	"/content/*/thinking", "/content/*/signature", "/content/*/data",
	"/content/*/content/*/encrypted_content", "/content/*/content/encrypted_content",
	"/content/*/content/encrypted_stdout", "/content/*/citations/*/encrypted_index",

	"/message/id", "/message/type", "/message/role", "/message/model", "/message/stop_reason",
	"/message/usage/**", "/message/container/**",
	"/content_block/type", "/content_block/id", "/content_block/tool_use_id", "/content_block/name",
	"/content_block/server_name", "/content_block/thinking", "/content_block/signature", "/content_block/data",
	"/content_block/content/*/encrypted_content", "/content_block/content/encrypted_content",
	"/content_block/content/encrypted_stdout", "/content_block/citations/*/encrypted_index",
	"/delta/type", "/delta/thinking", "/delta/signature", "/delta/stop_reason", "/delta/container/**",
	"/delta/citation/encrypted_index", "/delta/encrypted_content",
)

var messagesStream = &StreamRules{
	Deltas: rawjson.MustPatterns("/delta/*"),
	Values: rawjson.MustPatterns("/delta/partial_json"),
}
