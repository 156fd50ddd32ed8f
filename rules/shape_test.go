package rules

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

func shapesOf(t *testing.T, files ...string) (*Set, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	var names []string
	for i, f := range files {
		name := string(rune('a'+i)) + ".yaml"
		fsys[name] = &fstest.MapFile{Data: []byte("apiVersion: " + APIVersion + "\npack: {id: " + name[:1] + "}\n" + f)}
		names = append(names, name)
	}
	s, err := Load(fsys, names...)
	if err != nil {
		return nil, err
	}
	return Merge(s)
}

func TestLaterShapesWin(t *testing.T) {
	s, err := shapesOf(t, "shape: {EMAIL: native, CREDIT_CARD: bracket}", "shape: {EMAIL: auto, PHONE: native}", "")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Shape{"EMAIL": ShapeAuto, "CREDIT_CARD": ShapeBracket, "PHONE": ShapeNative}
	if !maps.Equal(s.Shapes, want) {
		t.Errorf("%v, want %v", s.Shapes, want)
	}
	plain, err := shapesOf(t, "", "", "")
	if err != nil || plain.Digest == s.Digest {
		t.Errorf("the digest does not tell shapes apart: %v", err)
	}
}

func TestShapesAreStrict(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"shape: {CREDIT_CARD: native}", `a.yaml:3:22: no reserved range carries a token for CREDIT_CARD; native is for EMAIL, IBAN, IP, MAC, PHONE, URL`},
		{"shape: {EMAIL: brackets}", `a.yaml:3:16: shape "brackets" is unknown; did you mean "bracket"?`},
		{"shape: {email: native}", `a.yaml:3:9: entity "email" must be capitals, digits and underscores`},
		{"shape: native", `a.yaml:3:8: shape must be a mapping`},
	} {
		_, err := shapesOf(t, tt.file)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.file, err, tt.want)
		}
	}
}
