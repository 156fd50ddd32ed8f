package wire

import "testing"

// pathsOf returns the pointers of all leaves of src for which f holds.
func pathsOf(t *testing.T, src string, f func(*Path) bool) (list []string) {
	t.Helper()
	err := walkJSON([]byte(src), 100, func(p *Path, k Kind, _, _ int) error {
		if k != KindKey && f(p) {
			list = append(list, p.String())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPatternsFindTheFirstThatMatches(t *testing.T) {
	const src = `{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"model":"m","*":"star","":{"":1}}`
	tests := []struct {
		name     string
		patterns []string
		want     map[string]int
	}{
		{"none", nil, nil},
		{"exact", []string{"/model"}, map[string]int{"/model": 0}},
		{"one step", []string{"/messages/*/role"}, map[string]int{"/messages/0/role": 0}},
		{"a star takes names too", []string{"/*"}, map[string]int{"/model": 0, "/*": 0}},
		{
			"the rest",
			[]string{"/messages/*/content/**"},
			map[string]int{"/messages/0/content/0/type": 0, "/messages/0/content/0/text": 0},
		},
		{"the rest may be none", []string{"/model/**"}, map[string]int{"/model": 0}},
		{"a prefix is no match", []string{"/messages", "/messages/*/content"}, nil},
		{
			"the first wins",
			[]string{"/model", "/*", "/messages/*/content/*/type", "/messages/**"},
			map[string]int{
				"/model": 0, "/*": 1, "/messages/0/content/0/type": 2,
				"/messages/0/role": 3, "/messages/0/content/0/text": 3,
			},
		},
		{"empty names", []string{"//"}, map[string]int{"//": 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := MustPatterns(tt.patterns...)
			pathsOf(t, src, func(p *Path) bool {
				want, ok := tt.want[p.String()]
				if !ok {
					want = -1
				}
				if got := ps.Find(p); got != want {
					t.Errorf("%s: found %d, want %d", p, got, want)
				}
				return ps.Match(p)
			})
		})
	}
}

func TestMalformedPatternsPanic(t *testing.T) {
	for _, s := range []string{"", "model", "/a/**/b"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q compiled", s)
				}
			}()
			MustPatterns(s)
		}()
	}
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
		w := want[p.String()]
		if string(p.LastKey()) != w.key || p.Container(p.Len()-1) != w.at {
			t.Errorf("%s: key %s, container at %d, want %v", p, p.LastKey(), p.Container(p.Len()-1), w)
		}
		if src[w.at] != '{' && src[w.at] != '[' {
			t.Errorf("%s: byte %d opens nothing", p, w.at)
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
				if got := string(p.appendPlace(nil)); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				return true
			})
		})
	}
}
