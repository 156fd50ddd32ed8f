package wire

import (
	"slices"

	"coatcheck/proxy/wire/rawjson"
)

// openai is OpenAI itself. Its routes are those of every compatible provider.
var openai = &Adapter{
	Name:     "openai",
	Hosts:    []string{"api.openai.com", "*.api.openai.com"},
	BaseEnv:  []string{"OPENAI_BASE_URL"},
	BasePath: "/v1",
	Routes:   openaiRoutes,
	Refuse:   refuseOpenAI,
}

var openaiRoutes = []*Route{chatCompletions, completions, embeddings}

// identifiers are the fields that name the end user and the client's own
// records. The caps are those of OpenAI's reference; a compatible provider
// that allows more loses nothing by them.
var identifiers = []Place{
	{Path: "/user", Class: ClassCertain, Cap: 64, Bare: true},
	{Path: "/safety_identifier", Class: ClassCertain, Cap: 64, Bare: true},
	{Path: "/prompt_cache_key", Class: ClassCertain, Cap: 64, Bare: true},
	{Path: "/metadata/*", Class: ClassCertain, Cap: 512, Bare: true, Free: true},
	{Path: "/model", Class: ClassNever},
}

// chatCompletions is POST /v1/chat/completions.
var chatCompletions = compiled(Route{
	Name: "chat.completions", Method: "POST", Suffix: "/chat/completions",
	Stream:   chatStream,
	Messages: []string{"messages"},
	Places: slices.Concat(identifiers, []Place{
		{Path: "/messages/*/role", Class: ClassNever},
		{Path: "/messages/*/name", Class: ClassCertain, Cap: 64, Bare: true},
		{Path: "/messages/*/tool_call_id", Class: ClassNever},
		{Path: "/messages/*/tool_calls/*/id", Class: ClassNever},
		{Path: "/messages/*/tool_calls/*/type", Class: ClassNever},
		{Path: "/messages/*/tool_calls/*/function/name", Class: ClassNever},
		{Path: "/messages/*/tool_calls/*/custom/name", Class: ClassNever},
		{Path: "/messages/*/function_call/name", Class: ClassNever},
		{Path: "/messages/*/audio/id", Class: ClassNever},
		// What a model signed or sealed must come back as it was. What nobody
		// signed is text like any other.
		{Path: "/messages/*/reasoning_details/*/text", Class: ClassSealed, Signed: true},
		{Path: "/messages/*/reasoning_details/*/type", Class: ClassNever},
		{Path: "/messages/*/reasoning_details/*/id", Class: ClassNever},
		{Path: "/messages/*/reasoning_details/*/format", Class: ClassNever},
		{Path: "/messages/*/reasoning_details/*/signature", Class: ClassSealed},
		{Path: "/messages/*/reasoning_details/*/data", Class: ClassSealed},
		{Path: "/messages/*/reasoning_details/*/encrypted_content", Class: ClassSealed},
		{Path: "/messages/*/content/*/type", Class: ClassNever},
		{Path: "/messages/*/content/*/image_url/url", Class: ClassCertain, Bare: true},
		{Path: "/messages/*/content/*/input_audio/data", Class: ClassCertain, Bare: true},
		{Path: "/messages/*/content/*/file/file_data", Class: ClassCertain, Bare: true},
		{Path: "/messages/*/content/*/file/file_id", Class: ClassNever},
		{Path: "/messages/*/content/*/file/filename", Class: ClassCertain, Bare: true},
		{Path: "/tools/*/type", Class: ClassNever},
		{Path: "/tools/*/function/name", Class: ClassNever},
		{Path: "/tools/*/custom/name", Class: ClassNever},
		{Path: "/functions/*/name", Class: ClassNever},
		{Path: "/response_format/json_schema/name", Class: ClassCertain, Cap: 64, Bare: true},
	}),
	NeverBack: rawjson.MustPatterns(
		"/id", "/object", "/model", "/system_fingerprint", "/service_tier", "/obfuscation", "/usage/**",
		"/error/type", "/error/code",
		"/choices/*/finish_reason", "/choices/*/logprobs/**",
		"/choices/*/message/role", "/choices/*/delta/role",
		"/choices/*/message/reasoning_details/**", "/choices/*/delta/reasoning_details/**",
		"/choices/*/message/tool_calls/*/id", "/choices/*/delta/tool_calls/*/id",
		"/choices/*/message/tool_calls/*/type", "/choices/*/delta/tool_calls/*/type",
		"/choices/*/message/tool_calls/*/function/name", "/choices/*/delta/tool_calls/*/function/name",
		"/choices/*/message/tool_calls/*/custom/name", "/choices/*/delta/tool_calls/*/custom/name",
		"/choices/*/message/function_call/name", "/choices/*/delta/function_call/name",
		"/choices/*/message/audio/id", "/choices/*/message/audio/data",
		"/choices/*/delta/audio/id", "/choices/*/delta/audio/data",
	),
})

// completions is the older text API: POST /v1/completions.
var completions = compiled(Route{
	Name: "completions", Method: "POST", Suffix: "/completions",
	Stream: completionStream,
	Places: identifiers,
	NeverBack: rawjson.MustPatterns(
		"/id", "/object", "/model", "/system_fingerprint", "/usage/**", "/error/type", "/error/code",
		"/choices/*/finish_reason", "/choices/*/logprobs/**",
	),
})

// embeddings is POST /v1/embeddings. The answer holds no text.
var embeddings = compiled(Route{
	Name: "embeddings", Method: "POST", Suffix: "/embeddings",
	Places: identifiers,
	NeverBack: rawjson.MustPatterns(
		"/object", "/model", "/usage/**", "/error/type", "/error/code", "/data/*/object", "/data/*/embedding/**",
	),
	Stream: &StreamRules{},
})

var chatStream = &StreamRules{
	Deltas: rawjson.MustPatterns("/choices/*/delta/**"),
	Values: rawjson.MustPatterns(
		"/choices/*/*/tool_calls/*/function/arguments",
		"/choices/*/*/function_call/arguments",
	),
	Finish: rawjson.MustPatterns("/choices/*/finish_reason"),
}

var completionStream = &StreamRules{
	Deltas: rawjson.MustPatterns("/choices/*/text"),
	Finish: rawjson.MustPatterns("/choices/*/finish_reason"),
}
