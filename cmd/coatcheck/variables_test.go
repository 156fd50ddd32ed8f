package main

import (
	"io"
	"strings"
	"testing"
)

// TestVariablesWithSlipsAreRefused: a policy that is misspelled would be none.
func TestVariablesWithSlipsAreRefused(t *testing.T) {
	app := newApp(stdio{strings.NewReader(""), io.Discard, io.Discard})
	for variable, want := range map[string]string{
		"COATCHECK_UNKNOWN_HOST=refuse":                "COATCHECK_UNKNOWN_HOST is no setting: did you mean COATCHECK_UNKNOWN_HOSTS?",
		"COATCHECK_ANSWER=mask":                        "did you mean COATCHECK_ANSWERS?",
		"COATCHECK_FROBNICATE=s3cret":                  "COATCHECK_FROBNICATE is no setting: take it out",
		"COATCHECK_UNKNOWN_HOSTS=refuse":               "",
		"COATCHECK_SHARED=texts":                       "",
		"COATCHECK_SERVICE_HOST=192.0.2.1":             "", // of a Service that is named coatcheck
		"COATCHECK_PORT_8899_TCP=tcp://192.0.2.1:8899": "",
		"COAT=x": "",
	} {
		err := checkVariables(app, []string{"HOME=/", variable})
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: %v, want %q", variable, err, want)
		}
	}
}
