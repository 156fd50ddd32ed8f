package proxy

import (
	"testing"

	"coatcheck/proxy/wire"
	"coatcheck/redact"
	"coatcheck/redact/schema"
	"coatcheck/redact/token"
	"coatcheck/rules"
)

// TestSchemasAreAskedForValuesOnly: whoever sends no value has no token to be
// shaped, and waits for no pattern.
func TestSchemasAreAskedForValuesOnly(t *testing.T) {
	engine, err := redact.New(&rules.Set{}, redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{schemas: schema.NewChooser()}
	for _, tt := range []struct {
		found []redact.Finding
		unmet int
	}{{nil, 0}, {[]redact.Finding{{Entity: "EMAIL"}}, 1}} {
		x := &Exchange{
			rules: &ruleset{engine, token.NewShield([]string{"EMAIL"})}, Findings: tt.found,
			body: &wire.Body{Bounds: []wire.Bound{{Pattern: "("}}},
		}
		p.shape(t.Context(), x)
		if len(x.shapes.Unmet) != tt.unmet || x.shield == nil {
			t.Errorf("%d findings: unmet %v", len(tt.found), x.shapes.Unmet)
		}
	}
}
