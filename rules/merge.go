package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// pack is one rule file: its rules, and what it does to the rules before it.
type pack struct {
	id, version string
	pos         Pos // of the id
	extends     []named
	disable     []named
	override    []patch
	rules       []Rule
	tests       []Test
	shapes      map[string]Shape
	sensitivity Sensitivity
	thresholds  map[string]float64
}

// named is an id that a file refers to.
type named struct {
	id  string
	pos Pos
}

// patch replaces the keys of one rule that an earlier pack brought.
type patch struct {
	named
	apply func(Rule) (Rule, []error)
}

func (p pack) name() string {
	if p.version == "" {
		return p.id
	}
	return p.id + "@" + p.version
}

func (d *decoder) pack(n ast.Node, p *pack) {
	d.mapping(n, "pack", keys{
		"id": func(n ast.Node) {
			d.text("pack.id", &p.id)(n)
			p.pos = d.pos(n)
			if p.id != "" && !packShape.MatchString(p.id) {
				d.fail(n, "pack.id must be lower-case words joined by / . _ or -")
			}
		},
		"version":  d.text("pack.version", &p.version),
		"extends":  func(n ast.Node) { p.extends = d.names(n, "extends") },
		"disable":  func(n ast.Node) { p.disable = d.names(n, "disable") },
		"override": func(n ast.Node) { p.override = d.patches(n) },
	})
}

func (d *decoder) names(n ast.Node, what string) (out []named) {
	d.list(n, what, func(item ast.Node) {
		x := named{pos: d.pos(item)}
		d.text("each of "+what, &x.id)(item)
		out = append(out, x)
	})
	return out
}

// patches reads the overrides. Each is read once now, onto an empty rule, so
// that unknown keys are reported by Load, and again by Merge onto its rule.
func (d *decoder) patches(n ast.Node) (out []patch) {
	for _, e := range d.entries(n, "override") {
		id := fmt.Sprint(e.Key)
		body, file, pos := e.Value, d.file, d.pos(e.Key)
		d.rule = id
		scratch := defaults()
		d.mapping(body, "an override", d.patchFields(&scratch))
		d.rule = ""
		out = append(out, patch{named{id, pos}, func(r Rule) (Rule, []error) {
			again := &decoder{file: file, rule: id}
			again.mapping(body, "an override", again.patchFields(&r))
			again.check(&r)
			r.Changed = pos
			for _, err := range again.errs {
				if fault, ok := errors.AsType[*Error](err); ok {
					fault.Pos = r.Place(fault.Pos)
				}
			}
			return r, again.errs
		}})
	}
	return out
}

// patchFields is the table of a rule's keys without its id, which is for life.
func (d *decoder) patchFields(r *Rule) keys {
	k := d.fields(r)
	delete(k, "id")
	return k
}

// Merge puts sets together in order: each pack may extend, disable and
// override what came before it. A name that nothing before carries is an
// error, and so is a pack's name that is taken. Merging a single set applies the edits inside it.
func Merge(sets ...*Set) (*Set, error) {
	out := &Set{}
	var errs []error
	for _, s := range sets {
		if len(s.packs) == 0 && len(s.Rules) > 0 {
			errs = append(errs, errors.New("a rule set that Load did not read cannot be merged"))
		}
		for _, p := range s.packs {
			errs = append(errs, out.add(p)...)
		}
	}
	errs = append(errs, unique(out.Rules)...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if errs := out.checkRequired(); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	out.tune()
	out.Digest = digest(out)
	return out, nil
}

// Without returns the set as it would be if one more pack disabled some rules,
// and those that require them. An unknown id is an error.
func (s *Set) Without(ids ...string) (*Set, error) {
	edit := pack{id: "without"}
	for _, id := range s.dependants(ids) {
		edit.disable = append(edit.disable, named{id: id, pos: Pos{File: edit.id, Line: 1, Col: 1}})
	}
	return Merge(s, &Set{packs: []pack{edit}})
}

// add applies one pack's edits and appends its rules.
func (s *Set) add(p pack) (errs []error) {
	if i := slices.IndexFunc(s.packs, func(q pack) bool { return q.id == p.id }); i >= 0 {
		errs = append(errs, &Error{Pos: p.pos, Msg: fmt.Sprintf("pack id %q is taken by the pack at %s; give this one a name of its own", p.id, s.packs[i].pos)})
	}
	for _, x := range p.extends {
		if !slices.ContainsFunc(s.packs, func(q pack) bool { return q.id == x.id }) {
			errs = append(errs, &Error{Pos: x.pos, Msg: unknown("pack", x.id, s.packIDs())})
		}
	}
	for _, x := range p.override {
		i := s.index(x.id)
		if i < 0 {
			errs = append(errs, &Error{Pos: x.pos, Msg: unknown("rule", x.id, s.ruleIDs())})
			continue
		}
		r, faults := x.apply(s.Rules[i])
		s.Rules[i] = r
		errs = append(errs, faults...)
	}
	for _, x := range p.disable {
		i := s.index(x.id)
		if i < 0 {
			errs = append(errs, &Error{Pos: x.pos, Msg: unknown("rule", x.id, s.ruleIDs())})
			continue
		}
		s.Rules = slices.Delete(s.Rules, i, i+1)
	}
	s.Rules = append(s.Rules, p.rules...)
	s.Tests = append(s.Tests, p.tests...)
	s.Packs = append(s.Packs, p.name())
	s.packs = append(s.packs, p)
	s.reshape(p.shapes)
	return errs
}

// Pack returns the pack that brought a rule, as id@version.
func (s *Set) Pack(id string) (string, bool) {
	for _, p := range s.packs {
		if slices.ContainsFunc(p.rules, func(r Rule) bool { return r.ID == id }) {
			return p.name(), true
		}
	}
	return "", false
}

func (s *Set) index(id string) int {
	return slices.IndexFunc(s.Rules, func(r Rule) bool { return r.ID == id })
}

func (s *Set) ruleIDs() (ids []string) {
	for _, r := range s.Rules {
		ids = append(ids, r.ID)
	}
	return ids
}

func (s *Set) packIDs() (ids []string) {
	for _, p := range s.packs {
		ids = append(ids, p.id)
	}
	return ids
}

// digest names what a set does, wherever its files lie.
func digest(s *Set) string {
	b, err := json.Marshal(s.Rules)
	if err == nil && len(s.Shapes) > 0 {
		var shapes []byte
		shapes, err = json.Marshal(s.Shapes)
		b = append(b, shapes...)
	}
	if err != nil { // strings, numbers, slices and maps of them always marshal
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
