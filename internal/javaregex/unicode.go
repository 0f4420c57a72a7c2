// SPDX-License-Identifier: Apache-2.0

package javaregex

import "unicode"

// propertyAliases are other spellings that Java knows behind Is.
var propertyAliases = map[string]string{
	"WHITESPACE": "WHITE_SPACE", "HEXDIGIT": "HEX_DIGIT", "NONCHARACTERCODEPOINT": "NONCHARACTER_CODE_POINT", "JOINCONTROL": "JOIN_CONTROL",
}

// unicodeProperty is a binary property by its name in capitals, nil for none.
func unicodeProperty(name string) set {
	switch name {
	case "ALPHABETIC":
		return alphabetic()
	case "LETTER":
		return ofTables(unicode.L)
	case "IDEOGRAPHIC":
		return ofTables(unicode.Ideographic)
	case "LOWERCASE":
		return ofTables(unicode.Lower, unicode.Other_Lowercase)
	case "UPPERCASE":
		return ofTables(unicode.Upper, unicode.Other_Uppercase)
	case "TITLECASE":
		return ofTables(unicode.Title)
	case "WHITE_SPACE":
		return ofTables(unicode.White_Space)
	case "CONTROL":
		return ofTables(unicode.Cc)
	case "PUNCTUATION":
		return ofTables(unicode.P)
	case "HEX_DIGIT":
		return ofTables(unicode.Hex_Digit, unicode.Nd)
	case "ASSIGNED":
		return unassigned().negate()
	case "NONCHARACTER_CODE_POINT":
		return ofTables(unicode.Noncharacter_Code_Point)
	case "DIGIT":
		return ofTables(unicode.Nd)
	case "JOIN_CONTROL":
		return ofTables(unicode.Join_Control)
	}
	return nil
}

func alphabetic() set {
	return ofTables(unicode.L, unicode.Nl, unicode.Other_Alphabetic)
}

// unicodePOSIX is a POSIX class with the flag U, by its name in capitals, nil for none.
func unicodePOSIX(name string) set {
	switch name {
	case "ALPHA":
		return alphabetic()
	case "LOWER":
		return unicodeProperty("LOWERCASE")
	case "UPPER":
		return unicodeProperty("UPPERCASE")
	case "SPACE":
		return unicodeProperty("WHITE_SPACE")
	case "PUNCT":
		return unicodeProperty("PUNCTUATION")
	case "XDIGIT":
		return unicodeProperty("HEX_DIGIT")
	case "DIGIT":
		return unicodeProperty("DIGIT")
	case "CNTRL":
		return unicodeProperty("CONTROL")
	case "ALNUM":
		return alphabetic().union(unicodeProperty("DIGIT"))
	case "BLANK":
		return ofTables(unicode.Zs).union(single('\t'))
	case "GRAPH":
		return graphic()
	case "PRINT":
		return graphic().union(unicodePOSIX("BLANK")).minus(unicodeProperty("CONTROL"))
	case "WORD":
		return alphabetic().union(ofTables(unicode.M, unicode.Nd, unicode.Pc, unicode.Join_Control))
	}
	return nil
}

func graphic() set {
	return ofTables(unicode.Z, unicode.Cc).union(surrogates).union(unassigned()).negate()
}

// javaTest is what a test of java.lang.Character says yes to; nil for none.
func javaTest(name string) set {
	switch name {
	case "javaLowerCase":
		return unicodeProperty("LOWERCASE")
	case "javaUpperCase":
		return unicodeProperty("UPPERCASE")
	case "javaAlphabetic":
		return alphabetic()
	case "javaIdeographic":
		return unicodeProperty("IDEOGRAPHIC")
	case "javaTitleCase":
		return ofTables(unicode.Lt)
	case "javaDigit":
		return ofTables(unicode.Nd)
	case "javaDefined":
		return unassigned().negate()
	case "javaLetter":
		return ofTables(unicode.L)
	case "javaLetterOrDigit":
		return ofTables(unicode.L, unicode.Nd)
	case "javaSpaceChar":
		return ofTables(unicode.Z)
	case "javaWhitespace":
		return ofTables(unicode.Z).minus(setOf(0xa0, 0xa0, 0x2007, 0x2007, 0x202f, 0x202f)).union(setOf('\t', '\r', 0x1c, 0x1f))
	case "javaISOControl":
		return ofTables(unicode.Cc)
	}
	return nil
}

// refusedTests are those that Go has no tables for.
var refusedTests = map[string]bool{
	"javaMirrored": true, "javaIdentifierIgnorable": true, "javaJavaIdentifierStart": true, "javaJavaIdentifierPart": true,
	"javaUnicodeIdentifierStart": true, "javaUnicodeIdentifierPart": true,
}
