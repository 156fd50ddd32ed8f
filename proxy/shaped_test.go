package proxy

import (
	"testing"

	"coatcheck/proxy/wire/bodies"
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
		x := &exchange{
			rules:   &ruleset{engine, token.NewShield([]string{"EMAIL"})},
			request: request{findings: tt.found, body: &bodies.Body{Bounds: []bodies.Bound{{Pattern: "("}}}},
		}
		p.shape(t.Context(), x)
		if len(x.sending.shapes.Unmet) != tt.unmet || x.sending.shield == nil {
			t.Errorf("%d findings: unmet %v", len(tt.found), x.sending.shapes.Unmet)
		}
	}
}
