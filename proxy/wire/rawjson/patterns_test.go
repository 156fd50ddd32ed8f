package rawjson

import "testing"

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
				want, ok := tt.want[pointer(p)]
				if !ok {
					want = -1
				}
				if got := ps.Find(p); got != want {
					t.Errorf("%s: found %d, want %d", pointer(p), got, want)
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
