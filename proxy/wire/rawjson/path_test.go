package rawjson

import (
	"fmt"
	"strings"
	"testing"
)

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointer writes a path as a JSON pointer (RFC 6901).
func pointer(p *Path) string {
	var b strings.Builder
	for i := range p.Len() {
		if at := p.Index(i); at >= 0 {
			fmt.Fprintf(&b, "/%d", at)
		} else {
			b.WriteString("/" + pointerEscapes.Replace(string(p.Key(i))))
		}
	}
	return b.String()
}

// pathsOf returns the pointers of all leaves of src for which f holds.
func pathsOf(t *testing.T, src string, f func(*Path) bool) (list []string) {
	t.Helper()
	err := Walk([]byte(src), 100, func(p *Path, k Kind, _, _ int) error {
		if k != KindKey && f(p) {
			list = append(list, pointer(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPathTellsContainersAndKeys(t *testing.T) {
	const src = `{"a":[{"b":"x","c":"y"},{"b":"z"}],"d":["w"]}`
	want := map[string]struct {
		key string
		at  int
	}{
		"/a/0/b": {"b", 6}, "/a/0/c": {"c", 6}, "/a/1/b": {"b", 24}, "/d/0": {"d", 39},
	}
	seen := pathsOf(t, src, func(p *Path) bool {
		w := want[pointer(p)]
		if string(p.LastKey()) != w.key || p.Container(p.Len()-1) != w.at {
			t.Errorf("%s: key %s, container at %d, want %v", pointer(p), p.LastKey(), p.Container(p.Len()-1), w)
		}
		if src[w.at] != '{' && src[w.at] != '[' {
			t.Errorf("%s: byte %d opens nothing", pointer(p), w.at)
		}
		return true
	})
	if len(seen) != len(want) {
		t.Errorf("saw %v", seen)
	}
}

func TestPlaceShowsNoPrivateName(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"schema names", `{"messages":[{"tool_call-id":"x"}]}`, "/messages/0/tool_call-id"},
		{"address", `{"metadata":{"jane@example.com":"x"}}`, "/metadata/*"},
		{"number", `{"metadata":{"5550142":"x"}}`, "/metadata/*"},
		{"sentence", `{"Jane Doe":"x"}`, "/*"},
		{"empty", `{"":"x"}`, "/*"},
		{"long", `{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":"x"}`, "/*"},
		{"deep", `[[[[[[[[[[[[[[[[[["x"]]]]]]]]]]]]]]]]]]`, "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pathsOf(t, tt.src, func(p *Path) bool {
				if got := string(p.AppendPlace(nil)); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				return true
			})
		})
	}
}
