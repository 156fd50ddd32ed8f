package main

import (
	"reflect"
	"slices"
)

// reloadable are the settings of the file that a running process takes up.
var reloadable = []string{"rules.approved", "rules.secrets", "rules.vault_token_file"}

// restart names the settings of the file that are other than at the start and
// count only after a restart.
func (s settings) restart() []string {
	var now configFile
	if s.config == "" || readConfig(s.config, &now) != nil { // the fault is said elsewhere
		return nil
	}
	return changedKeys("", reflect.ValueOf(s.file), reflect.ValueOf(now))
}

// changedKeys walks two structs side by side.
func changedKeys(above string, a, b reflect.Value) (names []string) {
	for i := range a.NumField() {
		name := above + a.Type().Field(i).Tag.Get("yaml")
		switch {
		case a.Field(i).Kind() == reflect.Struct:
			names = append(names, changedKeys(name+".", a.Field(i), b.Field(i))...)
		case !slices.Contains(reloadable, name) && !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()):
			names = append(names, name)
		}
	}
	return names
}
