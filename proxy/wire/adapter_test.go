package wire

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestForHost(t *testing.T) {
	for host, want := range map[string]string{
		"api.openai.com":                               "openai",
		"API.OpenAI.com.":                              "openai",
		"eu.api.openai.com":                            "openai",
		"example.openai.azure.com":                     "azure",
		"example.services.ai.azure.com":                "azure",
		"openai.azure.com":                             "",
		"api.anthropic.com":                            "anthropic",
		"api.groq.com":                                 "groq",
		"generativelanguage.googleapis.com":            "gemini",
		"aiplatform.googleapis.com":                    "vertex",
		"europe-west4-aiplatform.googleapis.com":       "vertex",
		"x.europe-aiplatform.googleapis.com":           "",
		"storage.googleapis.com":                       "",
		"bedrock-runtime.us-east-1.amazonaws.com":      "bedrock",
		"bedrock-runtime-fips.us-east-1.amazonaws.com": "bedrock",
		"bedrock-runtime.a.b.amazonaws.com":            "",
		"bedrock-runtime..amazonaws.com":               "",
		"bedrock-mantle.eu-west-1.api.aws":             "bedrock",
		"api.githubcopilot.com":                        "copilot",
		"api.business.githubcopilot.com":               "copilot",
		"ollama.com":                                   "ollama",
		"chatgpt.com":                                  "chatgpt",
		"api.openai.com.example.com":                   "",
		"xapi.openai.com":                              "",
		"openai.com":                                   "",
		"example.com":                                  "",
		"":                                             "",
	} {
		got := ""
		if a := ForHost(host); a != nil {
			got = a.Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}

func TestRoutes(t *testing.T) {
	for _, tt := range []struct{ host, method, path, want string }{
		{"api.openai.com", "POST", "/v1/chat/completions", "chat.completions"},
		{"api.openai.com", "POST", "//v1/chat/completions/", "chat.completions"},
		{"api.openai.com", "POST", "/v1/completions", "completions"},
		{"api.openai.com", "POST", "/v1/embeddings", "embeddings"},
		{"api.openai.com", "GET", "/v1/chat/completions", ""},
		{"api.openai.com", "POST", "/v1/chat/completions/chatcmpl-1", ""},
		{"api.openai.com", "POST", "/v1/responses", ""},
		{"api.openai.com", "POST", "/v1/messages", ""},
		{"example.openai.azure.com", "POST", "/openai/deployments/d/chat/completions", "chat.completions"},
		{"example.openai.azure.com", "POST", "/OpenAI/deployments/d/Chat/Completions", "chat.completions"},
		{"api.groq.com", "POST", "/openai/v1/chat/completions", "chat.completions"},
		{"generativelanguage.googleapis.com", "POST", "/v1beta/openai/chat/completions", "chat.completions"},
		{"generativelanguage.googleapis.com", "POST", "/v1beta/models/m:generateContent", ""},
		{"api.anthropic.com", "POST", "/v1/messages", "messages"},
		{"api.anthropic.com", "POST", "/v1/messages/count_tokens", "messages.count_tokens"},
		{"api.anthropic.com", "POST", "/v1/messages/batches", ""},
		{"api.githubcopilot.com", "POST", "/v1/messages", "messages"},
		{"api.githubcopilot.com", "POST", "/chat/completions", "chat.completions"},
	} {
		got := ""
		if rt := ForHost(tt.host).Route(tt.method, tt.path); rt != nil {
			got = rt.Name
		}
		if got != tt.want {
			t.Errorf("%s %s%s: got %q, want %q", tt.method, tt.host, tt.path, got, tt.want)
		}
	}
}

func TestRouteByPath(t *testing.T) {
	for path, want := range map[string]string{
		"/v1/chat/completions": "openai chat.completions", "/api/v3/chat/completions": "openai chat.completions",
		"/anthropic/v1/messages": "anthropic messages", "/": "", "/v1/models": "",
	} {
		got := ""
		if a, rt := RouteByPath("POST", path); a != nil {
			got = a.Name + " " + rt.Name
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if a, rt := RouteByPath("GET", "/v1/chat/completions"); a != nil || rt != nil {
		t.Errorf("GET: got %v, %v", a, rt)
	}
}

// TestTablesAreWellFormed checks what a new line in a table could get wrong.
func TestTablesAreWellFormed(t *testing.T) {
	word := regexp.MustCompile(`^[a-z][a-z_.]*$`)
	names, hosts := map[string]bool{}, map[string]bool{}
	for _, a := range append(Adapters(), Generic()) {
		if !word.MatchString(a.Name) || names[a.Name] {
			t.Errorf("%q: a name is one new word", a.Name)
		}
		names[a.Name] = true
		if a.Refuse == nil {
			t.Errorf("%s: cannot refuse", a.Name)
		}
		if strings.HasSuffix(a.BasePath, "/") || a.BasePath != "" && a.BasePath[0] != '/' {
			t.Errorf("%s: base path %q", a.Name, a.BasePath)
		}
		for _, h := range a.Hosts {
			if hosts[h] || h != strings.ToLower(h) || strings.Count(h, "*") > 1 {
				t.Errorf("%s: host %q", a.Name, h)
			}
			hosts[h] = true
			if example := strings.Replace(h, "*", "x", 1); ForHost(example) != a {
				t.Errorf("%s: %s belongs to another", a.Name, example)
			}
		}
		for _, rt := range a.Routes {
			checkRoute(t, rt)
		}
	}
}

func checkRoute(t *testing.T, rt *Route) {
	t.Helper()
	if rt.Name == "" || rt.Method == "" || !strings.HasPrefix(rt.Suffix, "/") || strings.HasSuffix(rt.Suffix, "/") {
		t.Errorf("route %q %q %q", rt.Name, rt.Method, rt.Suffix)
	}
	paths := map[string]bool{}
	for _, p := range rt.Places {
		if paths[p.Path] {
			t.Errorf("%s: %s is listed twice", rt.Name, p.Path)
		}
		paths[p.Path] = true
		if p.Class >= ClassNever && (p.Bare || p.Free || p.Cap > 0) {
			t.Errorf("%s: %s is never altered, so nothing else can hold", rt.Name, p.Path)
		}
		if p.Class == ClassText && !p.Free && !p.Bare && p.Cap == 0 {
			t.Errorf("%s: %s says nothing", rt.Name, p.Path)
		}
		if p.Cap > 0 && !p.Bare {
			t.Errorf("%s: %s has a cap and takes brackets", rt.Name, p.Path)
		}
	}
}

// TestNeverAlteredPlaces is the list of what a request may carry that no edit
// reaches, and of what nobody looks at. A line is added here only with a reason
// in the table.
func TestNeverAlteredPlaces(t *testing.T) {
	never := map[string][]string{
		"embeddings":  {"/model"},
		"completions": {"/model"},
		"chat.completions": {
			"/model", "/messages/*/role", "/messages/*/tool_call_id", "/messages/*/tool_calls/*/id",
			"/messages/*/tool_calls/*/type", "/messages/*/tool_calls/*/function/name",
			"/messages/*/tool_calls/*/custom/name", "/messages/*/function_call/name",
			"/messages/*/audio/id", "/messages/*/reasoning_details/*/text signed", "/messages/*/reasoning_details/*/type", "/messages/*/reasoning_details/*/id",
			"/messages/*/reasoning_details/*/format", "/messages/*/content/*/type", "/messages/*/content/*/file/file_id",
			"/tools/*/type", "/tools/*/function/name", "/tools/*/custom/name", "/functions/*/name",
		},
		"messages": {
			"/model", "/messages/*/role", "/messages/*/content/*/type", "/messages/*/content/*/id",
			"/messages/*/content/*/tool_use_id", "/messages/*/content/*/name", "/messages/*/content/*/server_name",
			"/messages/*/content/*/thinking thinking signed", "/messages/*/content/*/source/file_id file", "/tools/*/type", "/tools/*/name", "/mcp_servers/*/name",
		},
	}
	sealed := map[string][]string{
		"chat.completions": {
			"/messages/*/reasoning_details/*/signature",
			"/messages/*/reasoning_details/*/data", "/messages/*/reasoning_details/*/encrypted_content",
		},
		"messages": {
			"/messages/*/content/*/signature thinking",
			"/messages/*/content/*/data redacted_thinking",
			"/messages/*/content/*/content/*/encrypted_content", "/messages/*/content/*/content/encrypted_content",
			"/messages/*/content/*/content/encrypted_stdout", "/messages/*/content/*/citations/*/encrypted_index",
			"/mcp_servers/*/authorization_token",
		},
	}
	never["messages.count_tokens"], sealed["messages.count_tokens"] = never["messages"], sealed["messages"]
	got := map[Class]map[string][]string{ClassNever: {}, ClassSealed: {}}
	for _, rt := range append(openaiRoutes[:len(openaiRoutes):len(openaiRoutes)], anthropicRoutes...) {
		for _, p := range rt.Places {
			if list := got[p.Class]; list != nil {
				line := strings.Join(append([]string{p.Path}, p.Types...), " ")
				if p.Signed {
					line += " signed"
				}
				list[rt.Name] = append(list[rt.Name], line)
			}
		}
	}
	if diff := cmp.Diff(never, got[ClassNever]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(sealed, got[ClassSealed]); diff != "" {
		t.Error(diff)
	}
}

func TestRefusalsHaveTheProvidersShape(t *testing.T) {
	r := Refusal{Status: 403, Reason: "blocked", Message: "a \"PASSWORD\" in /messages/0/content\nwas blocked", Exchange: "x1"}
	for _, tt := range []struct {
		name   string
		refuse func(Refusal) []byte
		want   any
	}{
		{"openai", ForHost("api.openai.com").Refuse, map[string]any{"error": map[string]any{
			"message": r.Message, "type": "coatcheck_refused", "param": nil, "code": "blocked", "exchange": "x1",
		}}},
		{"anthropic", ForHost("api.anthropic.com").Refuse, map[string]any{
			"type": "error", "request_id": "x1",
			"error": map[string]any{"type": "coatcheck_refused", "message": r.Message, "code": "blocked"},
		}},
	} {
		var got any
		if err := json.Unmarshal(tt.refuse(r), &got); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
