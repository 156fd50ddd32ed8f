package rules

// Validators lists the checks that a rule may name. The engine implements each
// of them; a test there compares the lists.
func Validators() []string {
	return []string{
		"card",
		"email",
		"github_token",
		"iban",
		"ip",
		"jwt",
		"mac",
		"phone",
		"random",
		"secret",
		"ssn",
	}
}
