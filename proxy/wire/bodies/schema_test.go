package bodies

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       []Bound
	}{
		{
			"a tool of Chat Completions", `{"messages":[],"tools":[{"type":"function","function":{"name":"send","parameters":{
			"type":"object","properties":{"to":{"type":"string","format":"email"},"note":{"type":"string"}}}}}]}`,
			[]Bound{{Path: "/tools/0/function/parameters/properties/to", Name: "to", Format: "email"}},
		},
		{
			"a tool of Anthropic, all keywords", `{"tools":[{"name":"call","input_schema":{"properties":{
			"phone":{"maxLength":14,"pattern":"^\\+[0-9]+$","format":"phone"}}}}]}`,
			[]Bound{{Path: "/tools/0/input_schema/properties/phone", Name: "phone", Format: "phone", Pattern: `^\+[0-9]+$`, Max: 14}},
		},
		{
			"a list in a response format", `{"response_format":{"type":"json_schema","json_schema":{"schema":{"properties":{
			"hosts":{"type":"array","items":{"type":"string","format":"ipv4"}}}}}}}`,
			[]Bound{{Path: "/response_format/json_schema/schema/properties/hosts/items", Name: "hosts", Format: "ipv4"}},
		},
		{
			"a definition", `{"text":{"format":{"type":"json_schema","schema":{"$defs":{"mail":{"format":"email"}}}}}}`,
			[]Bound{{Path: "/text/format/schema/$defs/mail", Format: "email"}},
		},
		{
			"properties with the names of keywords", `{"tools":[{"input_schema":{"properties":{
			"format":{"type":"string"},"pattern":{"type":"string","maxLength":8}}}}]}`,
			[]Bound{{Path: "/tools/0/input_schema/properties/pattern", Name: "pattern", Max: 8}},
		},
		{"no schema", `{"format":"email","options":{"pattern":"x","maxLength":3},"messages":[{"content":"{\"properties\":{\"a\":{\"format\":\"email\"}}}"}]}`, nil},
		{"no length", `{"properties":{"a":{"maxLength":0},"b":{"maxLength":-4},"c":{"maxLength":1e2},"d":{"maxLength":"9"},"e":{"format":7}}}`, nil},
		{
			"a private name", `{"properties":{"jane@example.com":{"format":"email"}}}`,
			[]Bound{{Path: "/properties/*", Name: "jane@example.com", Format: "email"}},
		},
	} {
		b, err := Parse(nil, "application/json", []byte(tt.body), Limits{Depth: 100})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(b.Bounds, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, b.Bounds, tt.want)
		}
	}
}

func TestBoundsAreFew(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"properties":{"a":{"format":"email"}`)
	for i := range 2 * maxBounds {
		fmt.Fprintf(&body, `,"p%d":{"format":"email","maxLength":9}`, i)
	}
	body.WriteString("}}")
	b, err := Parse(nil, "application/json", []byte(body.String()), Limits{Depth: 100})
	if err != nil || len(b.Bounds) != maxBounds {
		t.Errorf("%d bounds, %v", len(b.Bounds), err)
	}
}
