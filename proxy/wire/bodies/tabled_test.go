package bodies

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLeavesOfChatCompletions(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{
			"messages with roles, the role first or last",
			`{"model":"m","messages":[{"role":"system","content":"a"},{"content":"b","role":"user"},{"role":"tool","tool_call_id":"call_1","content":"c"}]}`,
			[]string{`/messages/0/content s "a" 0:system`, `/messages/1/content s "b" 1:user`, `/messages/2/content s "c" 2:tool`},
		},
		{
			"content parts",
			`{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://example.com/i","detail":"low"}}]}]}`,
			[]string{
				`/messages/0/content/0/text s "a" 0:user`,
				`/messages/0/content/1/image_url/url s "https://example.com/i" certain bare 0:user`,
				`/messages/0/content/1/image_url/detail s "low" 0:user`,
			},
		},
		{
			"tool calls: ids and names never, arguments as their own document",
			`{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"to\":\"a\",\"n\":5550142}"}}]}]}`,
			[]string{
				`/messages/0/tool_calls/0/function/arguments#/to s "a" free 0:assistant`,
				`/messages/0/tool_calls/0/function/arguments#/n n "5550142" certain free 0:assistant`,
			},
		},
		{
			"tools: names never, descriptions and schemas are text",
			`{"tools":[{"type":"function","function":{"name":"f","description":"a","parameters":{"type":"object","properties":{"b":{"enum":["c"]}}}}}],"tool_choice":{"type":"function","function":{"name":"f"}}}`,
			[]string{
				`/tools/0/function/description s "a"`, `/tools/0/function/parameters/type s "object"`,
				`/tools/0/function/parameters/properties/b/enum/0 s "c"`,
				`/tool_choice/type s "function"`, `/tool_choice/function/name s "f"`,
			},
		},
		{
			"identifiers",
			`{"user":"u","safety_identifier":"s","metadata":{"k":"v"},"messages":[{"role":"user","name":"n","content":""}],"stop":["x"]}`,
			[]string{
				`/user s "u" certain cap=64 bare`, `/safety_identifier s "s" certain cap=64 bare`,
				`/metadata/k s "v" certain cap=512 bare free`, `/messages/0/name s "n" certain cap=64 bare 0:user`, `/stop/0 s "x"`,
			},
		},
		{
			"a field that nobody has heard of is text",
			`{"new_field":{"deep":["a"]},"messages":[{"role":"user","new":"b"}]}`,
			[]string{`/new_field/deep/0 s "a"`, `/messages/0/new s "b" 0:user`},
		},
		{"long numbers only", `{"seed":123456,"n":1234567,"f":-12.34567e8}`, []string{`/n n "1234567" certain`, `/f n "-12.34567e8" certain`}},
		{"a role given twice is unknown", `{"messages":[{"role":"user","content":"a","role":"tool"}]}`, []string{`/messages/0/content s "a" 0:`}},
		{"a repeated name is read twice", `{"x":"a","x":"b"}`, []string{`/x s "a"`, `/x s "b"`}},
		{"an escaped name is the same name", `{"mess\u0061ges":[{"r\u006fle":"user","content":"a"}]}`, []string{`/messages/0/content s "a" 0:user`}},
		{"invalid UTF-8 is text", "{\"x\":\"a\xff\"}", []string{`/x s "a\xff"`}},
		{"a lone surrogate is text", `{"x":"a\ud83d"}`, []string{`/x s "a\xed\xa0\xbd"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, values(parse(t, chatCompletions, "application/json", tt.src))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLeavesOfMessages(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{
			"system, text and tool input",
			`{"model":"m","system":[{"type":"text","text":"a"}],"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"to":"b","n":5550142}}]}]}`,
			[]string{
				`/system/0/type s "text"`, `/system/0/text s "a"`,
				`/messages/0/content/0/input/to s "b" free 0:assistant`,
				`/messages/0/content/0/input/n n "5550142" certain free 0:assistant`,
			},
		},
		{
			"a tool's result has the role tool",
			`{"messages":[{"role":"user","content":[{"tool_use_id":"toolu_1","content":[{"type":"text","text":"a"}],"type":"tool_result"},{"type":"text","text":"b"}]}]}`,
			[]string{
				`/messages/0/content/0/content/0/type s "text" 0:tool`,
				`/messages/0/content/0/content/0/text s "a" 0:tool`,
				`/messages/0/content/1/text s "b" 0:user`,
			},
		},
		{
			"signed thinking is never touched, wherever its type stands",
			`{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"b"},{"thinking":"{\"c\":\"d\"}","signature":"e","type":"thinking"},{"type":"redacted_thinking","data":"f"}]}]}`,
			nil,
		},
		{
			"what only looks like thinking is text",
			`{"messages":[{"role":"user","content":[{"type":"text","thinking":"a"},{"type":"thinking","type":"text","thinking":"b"},{"type":"thinking","thinking":"e","signature":""},{"type":"new","data":"c"},{"type":"thinking","note":"d"}]}]}`,
			[]string{
				`/messages/0/content/0/thinking s "a" 0:user`, `/messages/0/content/1/thinking s "b" 0:user`,
				`/messages/0/content/2/thinking s "e" 0:user`, `/messages/0/content/3/data s "c" 0:user`, `/messages/0/content/4/note s "d" 0:user`,
			},
		},
		{
			"documents",
			`{"messages":[{"role":"user","content":[{"type":"document","title":"t","context":"c","source":{"type":"text","media_type":"text/plain","data":"a"}},{"type":"document","source":{"type":"base64","data":"JVBE"}},{"type":"search_result","title":"s","source":"https://example.com"}]}]}`,
			[]string{
				`/messages/0/content/0/title s "t" certain bare 0:user`, `/messages/0/content/0/context s "c" 0:user`,
				`/messages/0/content/0/source/type s "text" 0:user`, `/messages/0/content/0/source/media_type s "text/plain" 0:user`,
				`/messages/0/content/0/source/data s "a" 0:user`,
				`/messages/0/content/1/source/type s "base64" 0:user`, `/messages/0/content/1/source/data s "JVBE" certain bare 0:user`,
				`/messages/0/content/2/title s "s" 0:user`, `/messages/0/content/2/source s "https://example.com" 0:user`,
			},
		},
		{
			"identifiers with JSON in them",
			`{"metadata":{"user_id":"{\"account\":\"a\"}"},"mcp_servers":[{"name":"m","url":"https://example.com","authorization_token":"secret"}]}`,
			[]string{`/metadata/user_id#/account s "a" certain cap=256 bare free`, `/mcp_servers/0/url s "https://example.com"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, values(parse(t, messages, "application/json", tt.src))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestControlWordsAreLeaves: what is never altered is looked at all the same,
// numbers and JSON in it too; what is signed or sealed is not.
