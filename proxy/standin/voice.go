package standin

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Voice is how the model speaks. Its zero value quotes what it heard, splits
// streamed text into pieces of five bytes, and sends each event by itself.
//
// It answers
//
//	POST …/chat/completions       OpenAI, whole and streamed
//	POST …/completions            OpenAI, whole and streamed
//	POST …/embeddings             OpenAI
//	GET  …/models                 OpenAI
//	POST …/messages               Anthropic, whole and streamed
//	POST …/messages/count_tokens  Anthropic
//	POST …/model                  {"input": "…"} → {"output": "…"}; with
//	                              "stream": true as a stream of such outputs
//
// and anything else with 404. The text it hears is that of the last message.
// If tools are offered it calls each of them once, unless the last message is
// itself the result of a tool.
type Voice struct {
	// Say makes the text of the answer from the text heard. By default it
	// is "You wrote: " and that text.
	Say func(heard string) string
	// Split divides text and tool arguments over the events of a stream; it
	// never cuts a rune.
	Split Cut
	// Cut divides the bytes of a stream over writes; PerEvent by default.
	Cut Cut
	// Coding, Gate and KeepAlive (a comment before each event) are for
	// streams; Coding is for whole answers too. See [Answer].
	Coding    string
	Gate      <-chan struct{}
	KeepAlive bool
}

// Answer is the [Script] of the model.
func (v Voice) Answer(r *Request) Answer {
	for _, d := range dialects {
		if r.Method == d.method && strings.HasSuffix(r.route(), d.suffix) {
			a := d.answer(v, r)
			a.Coding = v.Coding
			if a.Cut != nil {
				a.Gate = v.Gate
				if v.Cut != nil {
					a.Cut = v.Cut
				}
			}
			return a
		}
	}
	return refusal(r, http.StatusNotFound, "no such path")
}

// dialects are the APIs that the model speaks. The first match counts, so a
// longer path stands before its own end.
var dialects = []struct {
	method, suffix string
	answer         func(Voice, *Request) Answer
}{
	{"POST", "/chat/completions", Voice.chat},
	{"POST", "/completions", Voice.complete},
	{"POST", "/embeddings", Voice.embed},
	{"GET", "/models", Voice.models},
	{"POST", "/messages/count_tokens", Voice.countTokens},
	{"POST", "/messages", Voice.messages},
	{"POST", "/model", Voice.plain},
}

// route is the path without its query.
func (r *Request) route() string {
	path, _, _ := strings.Cut(r.Path, "?")
	return path
}

func (v Voice) say(heard string) string {
	if v.Say == nil {
		return "You wrote: " + heard
	}
	return v.Say(heard)
}

func (v Voice) split(text string) []string {
	if v.Split == nil {
		return Every(5).splitRunes(text)
	}
	return v.Split.splitRunes(text)
}

// plain answers the plain API.
func (v Voice) plain(r *Request) Answer {
	var q struct {
		Input  json.RawMessage `json:"input"`
		Stream bool            `json:"stream"`
	}
	if err := json.Unmarshal(r.Decoded, &q); err != nil {
		return refusal(r, http.StatusBadRequest, "the body is not a JSON object")
	}
	heard := string(q.Input)
	var text string
	if json.Unmarshal(q.Input, &text) == nil {
		heard = text
	}
	if !q.Stream {
		return unary(object{"output": v.say(heard)})
	}
	e := events{keepAlive: v.KeepAlive}
	for _, piece := range v.split(v.say(heard)) {
		e.add("", object{"output": piece})
	}
	e.addRaw("", "[DONE]")
	return stream(e.Bytes())
}

// bracketed is what the model takes for a name that it should pass on whole.
var bracketed = regexp.MustCompile(`\[[A-Z]{2,12}_[0-9A-Z]{6}\]`)

// schema is as much of a tool's JSON Schema as the model reads.
type schema struct {
	Properties map[string]struct {
		ContentMediaType string `json:"contentMediaType"`
	} `json:"properties"`
}

// arguments are the model's arguments for a tool. Its properties, in order of
// their names, get one bracketed name each as far as the text heard has some;
// the last of several gets the whole text. A property whose contentMediaType
// is application/json gets a JSON text with the same inside. A schema without
// properties counts as having one, text.
func (v Voice) arguments(s schema, heard string) object {
	said := v.say(heard)
	names := slices.Sorted(maps.Keys(s.Properties))
	if len(names) == 0 {
		names = []string{"text"}
	}
	found := bracketed.FindAllString(said, -1)
	args := object{}
	for i, name := range names {
		value := said
		if i < len(found) && (i < len(names)-1 || len(names) == 1) {
			value = found[i]
		}
		if s.Properties[name].ContentMediaType == "application/json" {
			value = string(encode(object{"text": value}))
		}
		args[name] = value
	}
	return args
}

// content is the content of a message: a string or a list of parts.
type content struct {
	text  string
	parts []part
}

// part is one part of a message, in the shapes of both providers.
type part struct {
	Type      string  `json:"type"`
	Text      string  `json:"text"`
	Content   content `json:"content"` // of a tool_result
	Thinking  string  `json:"thinking"`
	Signature string  `json:"signature"`
}

// UnmarshalJSON reads either form. A part of another shape, as results of
// server tools have, has no text for the model.
func (c *content) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &c.text) != nil && json.Unmarshal(b, &c.parts) != nil {
		c.parts = nil
	}
	return nil
}

// String joins all text of c.
func (c content) String() string {
	texts := []string{}
	if c.text != "" {
		texts = append(texts, c.text)
	}
	for _, p := range c.parts {
		if p.Text != "" {
			texts = append(texts, p.Text)
		}
		if inner := p.Content.String(); inner != "" {
			texts = append(texts, inner)
		}
	}
	return strings.Join(texts, "\n")
}
