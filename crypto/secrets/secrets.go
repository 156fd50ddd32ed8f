// Package secrets reads the values that an owner registers to be found wherever
// they stand: from the environment, files, and HashiCorp Vault.
//
// The law it keeps: what was protected stays protected while the process runs,
// whatever becomes of its source, and no error holds a value, or anything that a
// Vault sent but for its status.
//
//	list, err := secrets.Sources{List: []secrets.Source{{Env: "DB_PASSWORD"}}}.Read(ctx)
package secrets

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coatcheck/crypto/disk"
	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// OwnerError is what only the owner of the configuration can put right, such as a
// variable that is not set. Every other error passes, or is Vault's to mend.
type OwnerError struct{ err error }

// Error says what is wrong and what to do about it.
func (e *OwnerError) Error() string { return e.err.Error() }

// Unwrap returns what it wraps.
func (e *OwnerError) Unwrap() error { return e.err }

func wrong(format string, a ...any) error { return &OwnerError{fmt.Errorf(format, a...)} }

// Sources names values that are to be found wherever they stand. Only the
// owner's configuration has such a list: a rule file that could name a file, a
// variable or a path of Vault's would be a way to read it.
type Sources struct {
	List      []Source
	TokenFile string        // of HashiCorp Vault, if an agent of it writes one
	Files     *disk.Patient // of one process, see [NewFiles]; nil: one for this reading
}

// Source is one entry of the list, as the configuration has it; exactly one of its fields is set.
type Source struct {
	Env   string `yaml:"env"`
	File  string `yaml:"file"`
	Vault string `yaml:"vault"` // PATH#FIELD, or PATH for all fields that are strings
}

// secretsTimeout bounds the reading of all values: a Vault that does not answer
// must not hold up a start for each of them.
const secretsTimeout = 30 * time.Second

// Check reports what can be told of the list without reading a value.
func (s Sources) Check() error {
	var errs []error
	for i, x := range s.List {
		set := 0
		for _, v := range []string{x.Env, x.File, x.Vault} {
			if v != "" {
				set++
			}
		}
		if set != 1 {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: want one of env, file and vault", i+1))
		} else if x.Vault != "" && !vaultPath(x.Vault) {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: want vault: PATH#FIELD, such as secret/data/payments#api_key", i+1))
		}
	}
	return errors.Join(errs...)
}

// vaultPath reports whether an entry names a path of the API that stays where
// it is when it becomes a URL.
func vaultPath(entry string) bool {
	at, field, named := strings.Cut(entry, "#")
	return at != "" && path.Clean("/"+at) == "/"+at && !strings.ContainsAny(at, "?%\\ ") && (!named || field != "")
}

// Read fetches the values. Those that can be read are returned beside the
// faults of the others; no fault holds a value.
func (s Sources) Read(ctx context.Context) (out []redact.Secret, err error) {
	ctx, cancel := context.WithTimeout(ctx, secretsTimeout)
	defer cancel()
	r := secretReader{tokenFile: s.TokenFile, files: s.readFiles(ctx)}
	var errs []error
	for i, x := range s.List {
		values, err := r.read(ctx, i, x)
		if err != nil {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: %w", i+1, err))
		}
		out = append(out, values...)
	}
	return out, errors.Join(errs...)
}

// fileText is what one file held.
type fileText struct {
	text []byte
	err  error
}

// readFiles reads all files side by side, so that one whose medium does not
// answer takes the time of no other source.
func (s Sources) readFiles(ctx context.Context) map[int]<-chan fileText {
	files := s.Files
	if files == nil {
		files = NewFiles()
	}
	read := map[int]<-chan fileText{}
	for i, x := range s.List {
		if x.File == "" {
			continue
		}
		text := make(chan fileText, 1)
		read[i] = text
		go func() {
			b, err := files.Read(ctx, x.File)
			text <- fileText{b, err}
		}()
	}
	return read
}

// NewFiles reads files that hold one value each, up to [disk.MaxSize]. A process
// has one for all its readings, so that a medium that does not answer is asked
// once at a time.
func NewFiles() *disk.Patient {
	return disk.NewPatient(func(path string) ([]byte, error) { return disk.ReadShared(path, disk.MaxSize) })
}

// secretReader opens Vault when the first entry asks for it.
type secretReader struct {
	tokenFile string
	files     map[int]<-chan fileText // by the entry's place in the list
	vault     *hashicorp
}

func (r *secretReader) read(ctx context.Context, entry int, s Source) ([]redact.Secret, error) {
	switch {
	case s.Env != "":
		value, ok := os.LookupEnv(s.Env)
		if !ok {
			return nil, wrong("the variable %s is not set", s.Env)
		}
		return []redact.Secret{newSecret(s.Env, value)}, nil
	case s.File != "":
		f := <-r.files[entry]
		if f.err != nil {
			return nil, &OwnerError{f.err}
		}
		return []redact.Secret{newSecret(filepath.Base(s.File), string(f.text))}, nil
	}
	if r.vault == nil {
		v, err := openHashicorp(r.tokenFile)
		if err != nil {
			return nil, err
		}
		r.vault = v
	}
	at, field, named := strings.Cut(s.Vault, "#")
	fields, err := r.vault.read(ctx, at)
	if err != nil {
		return nil, err
	}
	if named {
		return oneField(at, field, fields)
	}
	return allFields(at, fields)
}

func oneField(at, field string, fields map[string]any) ([]redact.Secret, error) {
	value, ok := fields[field]
	if !ok {
		return nil, wrong("%s has no field %s", at, field)
	}
	text, ok := value.(string)
	if !ok {
		return nil, wrong("%s: field %s is no string: store it as one", at, field)
	}
	return []redact.Secret{newSecret(path.Base(at)+"."+field, text)}, nil
}

// allFields takes the fields that are strings: a number or a list has no one
// spelling in which it could be looked for.
func allFields(at string, fields map[string]any) (out []redact.Secret, err error) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if text, ok := fields[name].(string); ok {
			out = append(out, newSecret(path.Base(at)+"."+name, text))
		}
	}
	if len(out) == 0 {
		return nil, wrong("%s has no field that is a string", at)
	}
	return out, nil
}

// newSecret names a value for findings and the log.
func newSecret(name, value string) redact.Secret {
	name = strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '_'
	}, name)
	return redact.Secret{Name: name[:min(64, len(name))], Value: plain.New(value)}
}
