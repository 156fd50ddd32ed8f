package rawjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listing walks src and returns one line a visit: path, kind and spelling.
func listing(src string, depth int) ([]string, error) {
	var lines []string
	err := Walk([]byte(src), depth, func(p *Path, k Kind, start, end int) error {
		lines = append(lines, fmt.Sprintf("%s %c %s", pointer(p), "skn"[k], src[start:end]))
		return nil
	})
	return lines, err
}

func TestWalkVisitsEveryStringNameAndNumber(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"bare string", ` "a" `, []string{` s "a"`}},
		{"bare number", `-1.5e+7`, []string{` n -1.5e+7`}},
		{"literals are passed over", `[null,true,{"a":false}]`, []string{`/2/a k "a"`}},
		{"empty containers", `[[],{},"x"]`, []string{`/2 s "x"`}},
		{
			"objects and arrays", "{\"a\" : [ \"x\" ,{\"b\":2}],\n\"c\":\"d\"}",
			[]string{`/a k "a"`, `/a/0 s "x"`, `/a/1/b k "b"`, `/a/1/b n 2`, `/c k "c"`, `/c s "d"`},
		},
		{
			"repeated names are each visited", `{"a":"x","a":"y"}`,
			[]string{`/a k "a"`, `/a s "x"`, `/a k "a"`, `/a s "y"`},
		},
		{
			"an escaped name is the name it spells", `{"r\u006fle":"user","a/~b":1}`,
			[]string{`/role k "r\u006fle"`, `/role s "user"`, `/a~1~0b k "a/~b"`, `/a~1~0b n 1`},
		},
		{"invalid UTF-8 is let through", "[\"\xff\"]", []string{"/0 s \"\xff\""}},
		{"lone surrogate is let through", `["\ud83d"]`, []string{`/0 s "\ud83d"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := listing(tt.src, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWalkRefusesWhatIsNotJSON(t *testing.T) {
	for _, src := range []string{
		``, ` `, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,}`, `{"a" 1}`, `{,}`, `[1,]`, `[1 2]`, `]`, `[}`,
		`NaN`, `[NaN]`, `[Infinity]`, `[-]`, `[01]`, `[1.]`, `[.5]`, `[+1]`, `[0x1]`, `{a:1}`, `{'a':1}`, `{1:2}`,
		`[nul]`, `["a`, `["\x41"]`, `["\u00g0"]`, "[\"\n\"]", "[\"\x00\"]", `[1] x`, `[1][2]`, `{} {}`, `/**/[1]`, "\ufeff[1]", "[1]\x00", "\u00a0[1]",
	} {
		if _, err := listing(src, 1000); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: got %v, want ErrMalformed", src, err)
		}
		if json.Valid([]byte(src)) {
			t.Errorf("%q is valid JSON: the test is wrong", src)
		}
	}
}

func TestWalkStopsAtDepth(t *testing.T) {
	nest := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	if _, err := listing(nest(`[`, `"x"`, `]`, 1000), 1000); err != nil {
		t.Errorf("1000 arrays: %v", err)
	}
	if _, err := listing(nest(`{"a":`, `"x"`, `}`, 1000), 1000); err != nil {
		t.Errorf("1000 objects: %v", err)
	}
	for _, src := range []string{nest(`[`, ``, `]`, 1001), nest(`{"a":`, `1`, `}`, 1001), strings.Repeat(`[`, 1<<20)} {
		if _, err := listing(src, 1000); !errors.Is(err, ErrDepth) {
			t.Errorf("%d bytes: got %v, want ErrDepth", len(src), err)
		}
	}
}

func TestWalkErrorsHoldNoText(t *testing.T) {
	for _, src := range []string{
		`{"jane":"jane@example.com" jane}`, `jane@example.com`, `{"a":"jane@example.com\x"}`,
		strings.Repeat(`{"jane":`, 20) + `jane`,
	} {
		_, err := listing(src, 10)
		if err == nil || strings.Contains(err.Error(), "jane") || strings.Contains(err.Error(), "'") {
			t.Errorf("%q: error is %v", src, err)
		}
		if !strings.Contains(fmt.Sprint(err), "at byte ") {
			t.Errorf("%q: error names no place: %v", src, err)
		}
	}
}

func TestWalkEndsWithTheVisitorsError(t *testing.T) {
	visits := 0
	err := Walk([]byte(`["a","b"]`), 10, func(*Path, Kind, int, int) error {
		visits++
		return io.ErrNoProgress
	})
	if !errors.Is(err, io.ErrNoProgress) || visits != 1 {
		t.Errorf("got %v after %d visits", err, visits)
	}
}

func TestWalkAllocatesNothing(t *testing.T) {
	src := []byte(`{"choices":[{"index":0,"delta":{"content":" hello"},"finish_reason":null}],"usage":null}`)
	visit := func(*Path, Kind, int, int) error { return nil }
	var w walker // not from the pool, which may drop one at any time
	if n := testing.AllocsPerRun(100, func() { _ = w.read(src, 100, visit) }); n > 0 {
		t.Errorf("%v allocations a walk", n)
	}
}

// FuzzWalk holds the walk against encoding/json: both accept the same bytes,
// and the visited strings and numbers are the ones that it decodes.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{
		`{"messages":[{"role":"user","content":"hi"}],"n":1}`, `[{"a":[1,2.50,-3e7]},"\u00e9\ud83d\ude00",null]`,
		`"\ud83d"`, `{"a":1,"a":"b"}`, `[1]]`, `{"a":NaN}`, "[\"\xff\"]", `[[[[`, `{"a":{"b":{}}} `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		kept := string(src)
		var got []string
		err := Walk(src, 10000, func(p *Path, k Kind, start, end int) error {
			raw := src[start:end]
			if k == KindNumber {
				got = append(got, string(raw))
				return nil
			}
			var want string
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatalf("visited %q: %v", raw, err)
			}
			got = append(got, want)
			return nil
		})
		if string(src) != kept {
			t.Fatal("the walk changed its source")
		}
		if errors.Is(err, ErrDepth) {
			return
		}
		if valid := json.Valid(src); valid != (err == nil) {
			t.Fatalf("%q: walk says %v, encoding/json says valid is %v", src, err, valid)
		}
		if err == nil {
			if diff := cmp.Diff(scalarsOf(t, src), got); diff != "" {
				t.Errorf("%q: %s", src, diff)
			}
		}
	})
}

// scalarsOf lists names, strings and numbers by encoding/json.
func scalarsOf(t *testing.T, src []byte) (list []string) {
	dec := json.NewDecoder(strings.NewReader(string(src)))
	dec.UseNumber()
	for {
		switch token, err := dec.Token(); v := token.(type) {
		case string:
			list = append(list, v)
		case json.Number:
			list = append(list, v.String())
		case nil:
			if errors.Is(err, io.EOF) {
				return list
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func BenchmarkWalk(b *testing.B) {
	for _, size := range []int{200, 4 << 10} {
		src := []byte("[" + strings.Repeat(`{"role":"user","content":"Please write to jane.doe@example.com\nabout the order"},`, size/80) + "{}]")
		b.Run(fmt.Sprint(len(src)), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			visit := func(*Path, Kind, int, int) error { return nil }
			for b.Loop() {
				if err := Walk(src, 1000, visit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
