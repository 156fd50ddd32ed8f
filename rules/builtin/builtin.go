// Package builtin holds the rule packs that coatcheck ships.
//
// Every rule is written from the public specification that its comment names
// and carries examples, which the tests of package redact run. Values in them
// come from the specifications, from documentation ranges and from published
// test numbers.
package builtin

import (
	"embed"
	"io/fs"

	"coatcheck/rules"
)

//go:embed *.yaml
var files embed.FS

// FS returns the files of the packs.
func FS() fs.FS { return files }

// Load returns all packs as one set.
func Load() (*rules.Set, error) { return rules.Load(files, ".") }
