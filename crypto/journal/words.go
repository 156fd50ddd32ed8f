package journal

import (
	"errors"
	"fmt"
)

// The clear part is checked when it is written: a word that a client chose has
// characters that no closed word has, more often than not. This is a second
// lock; the first is that callers take words from tables.

const maxWord = 48 // bytes

// word reports whether s is empty or a lower-case word as "openai" or "gpt-4.1".
func word(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z'
		inner := '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.'
		if !letter && (i == 0 || !inner) {
			return false
		}
	}
	return len(s) <= maxWord
}

// code reports whether s is an upper-case word as "CREDIT_CARD".
func code(s string) bool {
	for i, c := range []byte(s) {
		letter := 'A' <= c && c <= 'Z'
		inner := '0' <= c && c <= '9' || c == '_'
		if !letter && (i == 0 || !inner) {
			return false
		}
	}
	return 0 < len(s) && len(s) <= maxWord
}

// identifier reports whether s can name an exchange.
func identifier(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 64
}

// named pairs a field with its word, for errors that must not quote the word.
type named struct{ field, word string }

func checkWords(list ...named) error {
	for _, n := range list {
		if !word(n.word) {
			return fmt.Errorf("%s is not a closed word", n.field)
		}
	}
	return nil
}

func (c OpenClear) check() error {
	if !identifier(c.Exchange) {
		return errors.New("exchange is not an identifier")
	}
	if c.Digest != "" && !identifier(c.Digest) {
		return errors.New("digest is not an identifier")
	}
	for entity := range c.Entities {
		if !code(entity) {
			return errors.New("entities has a key that is not the name of a type")
		}
	}
	for action := range c.Actions {
		if !word(action) {
			return errors.New("actions has a key that is not a closed word")
		}
	}
	return checkWords(named{"mode", c.Mode}, named{"provider", c.Provider}, named{"route", c.Route}, named{"model", c.Model})
}

func (c CloseClear) check() error {
	if !identifier(c.Exchange) {
		return errors.New("exchange is not an identifier")
	}
	for entity := range c.Made {
		if !code(entity) {
			return errors.New("made has a key that is not the name of a type")
		}
	}
	return checkWords(named{"outcome", c.Outcome}, named{"stage", c.Stage}, named{"reason", c.Reason})
}

func (c EventClear) check() error {
	return checkWords(named{"name", c.Name}, named{"reason", c.Reason})
}

// streamName reports whether s can begin a file name.
func streamName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return 0 < len(s) && len(s) <= maxWord
}
