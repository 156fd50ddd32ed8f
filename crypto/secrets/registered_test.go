package secrets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// TestRegisteredSecretsOnlyGrow: what was protected stays so, whatever becomes
// of its source; each fault is said without a value and holds up no other.
func TestRegisteredSecretsOnlyGrow(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list := []Source{{File: a}, {File: b}}
	var fault error
	r := Registered{Sources: func() (Sources, error) { return Sources{List: list}, fault }}
	step := func(what, fresh, values, why string) {
		t.Helper()
		got, names, err := r.Read(t.Context())
		if got != nil {
			r.Values = got
		}
		var all []string
		for _, s := range r.Values {
			all = append(all, s.Value.Reveal(plain.Access{}))
		}
		if strings.Join(names, " ") != fresh || strings.Join(all, " ") != values {
			t.Errorf("%s: fresh %v, all %v; want %q, %q", what, names, all, fresh, values)
		}
		if (err == nil) != (why == "") || err != nil && (!strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "changeme")) {
			t.Errorf("%s: error %v, want %q", what, err, why)
		}
	}
	put(a, "c0rrect-h0rse-b4ttery")
	put(b, "st4ple!Of&The*House")
	step("at first", "a b", "c0rrect-h0rse-b4ttery st4ple!Of&The*House", "")
	step("nothing new", "", "c0rrect-h0rse-b4ttery st4ple!Of&The*House", "")
	put(a, "c0rrect-h0rse-b4ttery\n")
	step("the same with a line break", "", "c0rrect-h0rse-b4ttery st4ple!Of&The*House", "")
	os.Remove(b)
	put(a, "r0tated-N0w-And-Then")
	step("one is rotated, one is gone", "a", "c0rrect-h0rse-b4ttery st4ple!Of&The*House r0tated-N0w-And-Then", "rules.secrets, entry 2: open")
	put(a, "changeme")
	put(b, "An0ther&0ne")
	step("one is no secret", "b", "c0rrect-h0rse-b4ttery st4ple!Of&The*House r0tated-N0w-And-Then An0ther&0ne", "registered secret a is too short or too plain")
	list = list[:0]
	step("none is configured", "", "c0rrect-h0rse-b4ttery st4ple!Of&The*House r0tated-N0w-And-Then An0ther&0ne", "")
	fault = errors.New("c.yaml:1:1: no configuration")
	step("the configuration is broken", "", "c0rrect-h0rse-b4ttery st4ple!Of&The*House r0tated-N0w-And-Then An0ther&0ne", "c.yaml:1:1")
}

// TestRegisteredSecretsAreBounded: of one name the newest values stay, and
// those of other names are not touched.
func TestRegisteredSecretsAreBounded(t *testing.T) {
	list := []redact.Secret{newSecret("other", "c0rrect-h0rse-b4ttery")}
	for i := range keptValues + 3 {
		list = dropOldest(append(list, newSecret("token", fmt.Sprint("v", i))), "token")
	}
	if len(list) != keptValues+1 || list[0].Name != "other" || list[1].Value.Reveal(plain.Access{}) != "v3" {
		t.Errorf("%d values are left", len(list))
	}
}
