package streams

import (
	"bytes"
	"fmt"
	"testing"

	"coatcheck/proxy/wire"
)

var (
	_, chatCompletions = wire.RouteByPath("POST", "/v1/chat/completions")
	_, completions     = wire.RouteByPath("POST", "/v1/completions")
	_, messages        = wire.RouteByPath("POST", "/v1/messages")
)

// chatData is one event of a streamed chat completion.
func chatData(choice int, delta string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"index\":%d,\"delta\":%s}]}\n\n", choice, delta)
}

// blockData is one content_block_delta of a streamed message.
func blockData(index int, delta string) string {
	return fmt.Sprintf("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":%d,\"delta\":%s}\n\n", index, delta)
}

func messageEvent(typ string) string {
	return fmt.Sprintf("event: %s\ndata: {\"type\":%q,\"index\":0}\n\n", typ, typ)
}

// sent is a stream under test with what it has written.
type sent struct {
	*Stream
	t   *testing.T
	out bytes.Buffer
}

func newSent(t *testing.T, o Options) *sent {
	s := &sent{t: t}
	if o.NewLane == nil {
		o.NewLane = lanes("<A1>", "jane")
	}
	if o.MediaType == "" {
		o.MediaType = "text/event-stream"
	}
	o.Out = &s.out
	s.Stream = New(o)
	return s
}

// after writes and wants exactly this to come out.
func (s *sent) after(write, want string) {
	s.t.Helper()
	s.out.Reset()
	if _, err := s.Write([]byte(write)); err != nil {
		s.t.Fatal(err)
	}
	if got := s.out.String(); got != want {
		s.t.Errorf("after %q\n got %q\nwant %q", write, got, want)
	}
}

// atEnd closes and wants exactly this to come out.
func (s *sent) atEnd(want string) {
	s.t.Helper()
	s.out.Reset()
	if err := s.Close(); err != nil {
		s.t.Fatal(err)
	}
	if got := s.out.String(); got != want {
		s.t.Errorf("at the end\n got %q\nwant %q", got, want)
	}
}

func TestStreamRestores(t *testing.T) {
	for _, c := range []struct {
		name, label string
		route       *wire.Route
		in, want    string
	}{
		{
			"value lands where the token began", "", chatCompletions,
			chatData(0, `{"content":"to <"}`) + chatData(0, `{"content":"A1"}`) + chatData(0, `{"content":"> now"}`),
			chatData(0, `{"content":"to jane"}`) + chatData(0, `{"content":""}`) + chatData(0, `{"content":" now"}`),
		},
		{
			"choices interleaved", "", chatCompletions,
			chatData(0, `{"content":"<A"}`) + chatData(1, `{"content":"<"}`) + chatData(0, `{"content":"1>"}`) + chatData(1, `{"content":"A1>"}`),
			chatData(0, `{"content":"jane"}`) + chatData(1, `{"content":"jane"}`) + chatData(0, `{"content":""}`) + chatData(1, `{"content":""}`),
		},
		{
			"index behind the text", "", chatCompletions,
			"data: {\"choices\":[{\"delta\":{\"content\":\"<A\"},\"index\":1},{\"delta\":{\"content\":\"1\"},\"index\":0}]}\n\n" +
				"data: {\"choices\":[{\"delta\":{\"content\":\"1>\"},\"index\":1}]}\n\n",
			"data: {\"choices\":[{\"delta\":{\"content\":\"jane\"},\"index\":1},{\"delta\":{\"content\":\"1\"},\"index\":0}]}\n\n" +
				"data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"index\":1}]}\n\n",
		},
		{
			"tool calls by their index", "", chatCompletions,
			chatData(0, `{"tool_calls":[{"index":0,"id":"<A1>","function":{"name":"<A1>","arguments":"{\"to\":\"<A"}},{"index":1,"function":{"arguments":"["}}]}`) +
				chatData(0, `{"tool_calls":[{"index":1,"function":{"arguments":"\"x\"]"}}]}`) +
				chatData(0, `{"tool_calls":[{"index":0,"function":{"arguments":"1>\"}"}}]}`),
			chatData(0, `{"tool_calls":[{"index":0,"id":"<A1>","function":{"name":"<A1>","arguments":"{\"to\":\"jane"}},{"index":1,"function":{"arguments":"["}}]}`) +
				chatData(0, `{"tool_calls":[{"index":1,"function":{"arguments":"\"x\"]"}}]}`) +
				chatData(0, `{"tool_calls":[{"index":0,"function":{"arguments":"\"}"}}]}`),
		},
		{
			"thinking and signatures stay", "", messages,
			blockData(0, `{"type":"thinking_delta","thinking":"<A1>"}`) + blockData(0, `{"type":"signature_delta","signature":"<A1>"}`) +
				"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"name\":\"<A1>\",\"input\":{\"k\":\"<A1>\"}}}\n\n",
			blockData(0, `{"type":"thinking_delta","thinking":"<A1>"}`) + blockData(0, `{"type":"signature_delta","signature":"<A1>"}`) +
				"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"name\":\"<A1>\",\"input\":{\"k\":\"jane\"}}}\n\n",
		},
		{
			"fragments cut inside escapes", "", messages,
			blockData(0, `{"type":"input_json_delta","partial_json":""}`) + blockData(0, `{"type":"input_json_delta","partial_json":"{\"a\": \"\\u003"}`) +
				blockData(0, `{"type":"input_json_delta","partial_json":"cA1>\\"}`) + blockData(0, `{"type":"input_json_delta","partial_json":"n\"}"}`),
			blockData(0, `{"type":"input_json_delta","partial_json":""}`) + blockData(0, `{"type":"input_json_delta","partial_json":"{\"a\": \"jane"}`) +
				blockData(0, `{"type":"input_json_delta","partial_json":"\\"}`) + blockData(0, `{"type":"input_json_delta","partial_json":"n\"}"}`),
		},
		{
			"a surrogate pair in two events", "", chatCompletions,
			chatData(0, `{"content":"<A1>\ud83d"}`) + chatData(0, `{"content":"\ude00 <A1>"}`),
			chatData(0, `{"content":"jane\ud83d"}`) + chatData(0, `{"content":"\ude00 jane"}`),
		},
		{
			"deltas of an unknown provider, and the whole text repeated", "", nil,
			"data: {\"type\":\"x.delta\",\"output_index\":0,\"item_id\":\"i1\",\"delta\":\"<A\"}\n\ndata: {\"type\":\"x.delta\",\"output_index\":0,\"item_id\":\"i2\",\"delta\":\"1>\"}\n\ndata: {\"type\":\"x.done\",\"output_index\":0,\"text\":\"<A1>\"}\n\n",
			"data: {\"type\":\"x.delta\",\"output_index\":0,\"item_id\":\"i1\",\"delta\":\"jane\"}\n\ndata: {\"type\":\"x.delta\",\"output_index\":0,\"item_id\":\"i2\",\"delta\":\"\"}\n\ndata: {\"type\":\"x.done\",\"output_index\":0,\"text\":\"jane\"}\n\n",
		},
		{
			"a stream that repeats what it had", "", nil,
			"data: {\"text\":\"long enough <A\"}\n\ndata: {\"text\":\"long enough <A1> and\"}\n\ndata: {\"text\":\"long enough <A1> and more\"}\n\n",
			"data: {\"text\":\"long enough <A\"}\n\ndata: {\"text\":\"long enough jane and\"}\n\ndata: {\"text\":\"long enough jane and more\"}\n\n",
		},
		{
			"names that are text", "", nil,
			"data: {\"type\":\"x\",\"to <A1>\":1,\"A1\":\"<A1>\"}\n\n",
			"data: {\"type\":\"x\",\"to jane\":1,\"A1\":\"jane\"}\n\n",
		},
		{"data in two lines", "", nil, "data: {\"a\":\ndata: \"<A1>\"}\n\n", "data: {\"a\":\ndata: \"jane\"}\n\n"},
		{"no empty line at the end", "", chatCompletions, "data: {\"x\":\"<A1>\"}", "data: {\"x\":\"jane\"}"},
		{"CRLF", "", nil, "event: a\r\ndata: <A\r\n\r\nevent: a\r\ndata: 1>\r\n\r\n", "event: a\r\ndata: jane\r\n\r\nevent: a\r\ndata: \r\n\r\n"},
		{"CR", "", nil, "data: <A\r\rdata: 1>\r\r", "data: jane\r\rdata: \r\r"},
		{"plain data by name", "", nil, "event: b\ndata: <A\n\nevent: c\ndata: x\n\nevent: b\ndata: 1>\n\n", "event: b\ndata: jane\n\nevent: c\ndata: x\n\nevent: b\ndata: \n\n"},
		{"plain data that looks like JSON later", "", nil, "data: no <A\n\ndata: 1\n\ndata: >\n\n", "data: no jane\n\ndata: \n\ndata: \n\n"},
		{"another field between lines of data", "", nil, "data: no <A\nid: 1\ndata: 1> <A1>\n\n", "data: no <A\nid: 1\ndata: 1> jane\n\n"},
		{"JSON-RPC, one message at a time", "", nil, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"result\":\"<A\"}\n\ndata: {\"jsonrpc\":\"2.0\",\"result\":\"1> <A1>\"}\n\n", "event: message\ndata: {\"jsonrpc\":\"2.0\",\"result\":\"<A\"}\n\ndata: {\"jsonrpc\":\"2.0\",\"result\":\"1> jane\"}\n\n"},
		{"malformed data", "", chatCompletions, "data: {\"a\":\"<A1>\n\n", "data: {\"a\":\"jane\n\n"},
		{"bare JSON in mid-stream", "", nil, "data: {\"a\":1}\n\n{\n  \"error\": \"<A1>\"\n}\n\n", "data: {\"a\":1}\n\n{\n  \"error\": \"jane\"\n}\n\n"},
		{"a text that ends in half a token", "", chatCompletions, chatData(0, `{"content":"<A"}`) + "data: [DONE]\n\n", chatData(0, `{"content":"<A"}`) + "data: [DONE]\n\n"},
		{
			"an end divides texts", "", chatCompletions,
			"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"<A\"},\"finish_reason\":\"stop\"}]}\n\n" + chatData(0, `{"content":"1>"}`),
			"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"<A\"},\"finish_reason\":\"stop\"}]}\n\n" + chatData(0, `{"content":"1>"}`),
		},
		{
			"a new block divides texts", "", messages,
			blockData(0, `{"text":"<A"}`) + messageEvent("content_block_start") + blockData(0, `{"text":"1>"}`),
			blockData(0, `{"text":"<A"}`) + messageEvent("content_block_start") + blockData(0, `{"text":"1>"}`),
		},
		{"JSON", "application/json", nil, "\n {\"output\": \"<A1>\", \"n\": 1.0}\n", "\n {\"output\": \"jane\", \"n\": 1.0}\n"},
		{"JSON called text", "text/plain", nil, `{"output": "<A1>"}`, `{"output": "jane"}`},
		{"JSON called an event stream", "text/event-stream", nil, `{"error": "<A1>"}`, `{"error": "jane"}`},
		{"JSON called bytes", "application/octet-stream", nil, `[{"output": "<A1>"}]`, `[{"output": "jane"}]`},
		{"events called JSON", "application/json", chatCompletions, chatData(0, `{"content":"<A"}`) + chatData(0, `{"content":"1>"}`), chatData(0, `{"content":"jane"}`) + chatData(0, `{"content":""}`)},
		{"events called text behind a mark", "text/plain", nil, "\xef\xbb\xbfdata: <A1>\n\n", "\xef\xbb\xbfdata: jane\n\n"},
		{"lines", "application/x-ndjson", nil, "{\"response\":\"<A\"}\n{\"response\":\"1>\"}\nno <A1> JSON\n", "{\"response\":\"jane\"}\n{\"response\":\"\"}\nno jane JSON\n"},
		{"lines called JSON", "application/json", nil, "{\"response\":\"<A\"}\n{\"response\":\"1>\"}", "{\"response\":\"jane\"}\n{\"response\":\"\"}"},
		{"malformed JSON", "application/json", nil, `{"a": "<A1>", `, `{"a": "jane", `},
		{"text", "text/plain", nil, "[1] <A1>\nand <A", "[1] jane\nand <A"},
		{"text that ends inside a character", "text/plain", nil, "<A1>\xe2\x82", "jane\xe2\x82"},
		{"no type", "", nil, "hello <A1>", "hello <A1>"},
		{"an image", "image/png", nil, `{"a":"<A1>"}`, `{"a":"<A1>"}`},
		{"nothing", "application/json", nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.label == "" {
				c.label = "text/event-stream"
			}
			o := Options{MediaType: c.label, Route: c.route, NewLane: lanes("<A1>", "jane")}
			for name, cuts := range map[string]func(int) int{"whole": inWhole, "bytes": byByte} {
				if got := string(restored(t, o, []byte(c.in), cuts)); got != c.want {
					t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
				}
			}
		})
	}
}

func TestValuesAreSpelledForTheirPlace(t *testing.T) {
	const value = "a\"b\\c\nd 😀é"
	for _, c := range []struct{ name, label, in, want string }{
		{"a string", "application/json", `{"a":"<A1>"}`, `{"a":"a\"b\\c\nd 😀é"}`},
		{"a string of ASCII escapes", "application/json", `{"a":"\u00e9 <A1>"}`, `{"a":"\u00e9 a\"b\\c\nd \ud83d\ude00\u00e9"}`},
		{"JSON in a string", "application/json", `{"a":"{\"b\":\"<A1>\"}"}`, `{"a":"{\"b\":\"a\\\"b\\\\c\\nd 😀é\"}"}`},
		{"a name in it", "application/json", `{"a":"{\"<A1>\":1}"}`, `{"a":"{\"a\\\"b\\\\c\\nd 😀é\":1}"}`},
		{"outside its strings", "application/json", `{"a":"[<A1>]"}`, `{"a":"[a\"b\\c\nd 😀é]"}`},
		{"JSON in JSON in a string", "application/json", `{"a":"[\"{\\\"b\\\":\\\"<A1>\\\"}\"]"}`, `{"a":"[\"{\\\"b\\\":\\\"a\\\\\\\"b\\\\\\\\c\\\\nd 😀é\\\"}\"]"}`},
		{"plain data", "text/event-stream", "data: x <A1>\r\n\r\n", "data: x a\"b\\c\r\ndata: d 😀é\r\n\r\n"},
		{"JSON in plain data", "text/event-stream", "data: x\n\ndata: <A1>\n\n", "data: x\n\ndata: a\"b\\c\ndata: d 😀é\n\n"},
		{"a line", "application/x-ndjson", "{\"a\":\"<A1>\"}\n", "{\"a\":\"a\\\"b\\\\c\\nd 😀é\"}\n"},
		{"text", "text/plain", "x <A1>", "x a\"b\\c\nd 😀é"},
		{"broken JSON", "application/json", `{"a":"<A1>"`, `{"a":"a\"b\\c\nd 😀é"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Options{MediaType: c.label, NewLane: lanes("<A1>", value)}
			if got := string(restored(t, o, []byte(c.in), inWhole)); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestASpaceBehindTheColonIsTheClients(t *testing.T) {
	o := Options{MediaType: "text/event-stream", NewLane: lanes("<A1>", " jane")}
	got := string(restored(t, o, []byte("data:<A1>\n\ndata:<A\n\ndata:1> x\n\ndata: data:<A1>\n\n"), inWhole))
	if want := "data:  jane\n\ndata:  jane\n\ndata:  x\n\ndata: data: jane\n\n"; got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestLinesOfDataAreOneText(t *testing.T) {
	o := Options{MediaType: "text/event-stream", NewLane: lanes("one\ntwo", "jane")}
	got := string(restored(t, o, []byte("data: no one\ndata: two\n\ndata:one\r\ndata:two.\r\n\r\n"), inWhole))
	if want := "data: no jane\n\ndata:jane.\r\n\r\n"; got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestArgumentsAreOneTextAString(t *testing.T) {
	// A lane that would take a token across two strings if it saw both.
	o := Options{MediaType: "text/event-stream", Route: chatCompletions, NewLane: lanes(`x","y`, "z")}
	args := chatData(0, `{"tool_calls":[{"index":0,"function":{"arguments":"[\"x\",\"y\"]"}}]}`)
	content := chatData(0, `{"content":"[\"x\",\"y\"]"}`) + "data: {\"x\",\"y\"\n\n"
	want := args + chatData(0, `{"content":"[\"z\"]"}`) + "data: {\"z\"\n\n"
	if got := string(restored(t, o, []byte(args+content), inWhole)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestANameOfManyDigitsIsText(t *testing.T) {
	const in = `{"4111111111111111":{"2026-11-24":"x","078-05-1120":1,"v1":2}}`
	const want = `{"jane":{"2026-11-24":"x","joe":1,"v1":2}}`
	o := Options{MediaType: "application/json", NewLane: lanes("4111111111111111", "jane", "078-05-1120", "joe", "2026-11-24", "never", "v1", "never")}
	if got := string(restored(t, o, []byte(in), inWhole)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
