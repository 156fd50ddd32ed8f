package wire

import "slices"

// adapters is the table of providers. Those without routes of their own are
// read without a table: every string is looked at, and every place is free.
var adapters = []*Adapter{
	openai,
	anthropic,
	like("azure", "*.openai.azure.com", "*.services.ai.azure.com"),
	{
		Name: "groq", Hosts: []string{"api.groq.com"}, BaseEnv: []string{"GROQ_BASE_URL"},
		Routes: openaiRoutes, Refuse: refuseOpenAI,
	},
	like("mistral", "api.mistral.ai", "codestral.mistral.ai"),
	like("deepseek", "api.deepseek.com"),
	like("xai", "api.x.ai", "*.api.x.ai"),
	like("openrouter", "openrouter.ai"),
	like("together", "api.together.xyz", "api.together.ai"),
	like("fireworks", "api.fireworks.ai"),
	like("cerebras", "api.cerebras.ai"),
	like("perplexity", "api.perplexity.ai"),
	like("huggingface", "router.huggingface.co", "api-inference.huggingface.co", "*.endpoints.huggingface.cloud"),
	like("vercel", "ai-gateway.vercel.sh"),
	like("zai", "api.z.ai"),
	like("dashscope", "dashscope-intl.aliyuncs.com", "dashscope.aliyuncs.com", "dashscope-us.aliyuncs.com"),
	like("moonshot", "api.moonshot.ai", "api.moonshot.cn"),
	like("ollama", "ollama.com"),
	{
		Name: "gemini", Hosts: []string{"generativelanguage.googleapis.com"}, BaseEnv: []string{"GOOGLE_GEMINI_BASE_URL"},
		Routes: openaiRoutes, Refuse: refuseOpenAI,
	},
	like("vertex", "aiplatform.googleapis.com", "*-aiplatform.googleapis.com"),
	like("geminicli", "cloudcode-pa.googleapis.com"),
	like("cohere", "api.cohere.com", "api.cohere.ai"),
	like("bedrock",
		"bedrock-runtime.*.amazonaws.com", "bedrock-runtime-fips.*.amazonaws.com",
		"bedrock-runtime.*.api.aws", "bedrock-mantle.*.api.aws"),
	like("chatgpt", "chatgpt.com"),
	{
		Name: "copilot", Hosts: []string{"api.githubcopilot.com", "api.*.githubcopilot.com"},
		Routes: slices.Concat(openaiRoutes, anthropicRoutes), Refuse: refuseOpenAI,
	},
}

// like is a provider that copies OpenAI's API, or offers it beside its own.
func like(name string, hosts ...string) *Adapter {
	return &Adapter{Name: name, Hosts: hosts, Routes: openaiRoutes, Refuse: refuseOpenAI}
}
