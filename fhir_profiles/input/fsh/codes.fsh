// The codes of our own that answers hold, and sets of them. The words of the rules are generated from the ruleset.

CodeSystem: Disposition
Id: disposition
Title: "Disposition"
Description: "How soon the patient must be seen."
* ^caseSensitive = true
* ^experimental = false
* #emergency "emergency" "Now, in an emergency department."
* #urgent "urgent" "On the same day."
* #soon "soon" "Within days."
* #routine "routine" "At an ordinary appointment."
* #self-care "self-care" "No appointment is needed unless something changes."

ValueSet: DispositionVS
Id: disposition
Title: "Disposition"
Description: "How soon the patient must be seen."
* ^experimental = false
* include codes from system Disposition

CodeSystem: FindingRoleCodes
Id: finding-role
Title: "Role of a finding"
Description: "What an item of the assessment is."
* ^caseSensitive = true
* ^experimental = false
* #red-flag "red flag" "A raised red flag: its condition holds for this patient."
* #cause "cause" "A cause that fits, in its rank."

ValueSet: FindingRoleVS
Id: finding-role
Title: "Role of a finding"
Description: "What an item of the assessment is."
* ^experimental = false
* include codes from system FindingRoleCodes

CodeSystem: FindingCertaintyCodes
Id: finding-certainty
Title: "Certainty of a cause"
Description: "How well a listed cause fits what is recorded."
* ^caseSensitive = true
* ^experimental = false
* #meets-criteria "meets criteria" "Every part of the published criteria is met."
* #probable "probable" "What is known of the criteria is met, and one part is open."
* #possible "possible" "It fits, but its criteria are open, or a raised red flag names it."

ValueSet: FindingCertaintyVS
Id: finding-certainty
Title: "Certainty of a cause"
Description: "How well a listed cause fits what is recorded."
* ^experimental = false
* include codes from system FindingCertaintyCodes

CodeSystem: CriterionStateCodes
Id: criterion-state
Title: "State of a criterion"
Description: "What is known of one criterion of a rule. Unknown is never absent."
* ^caseSensitive = true
* ^experimental = false
* #met "met" "It holds."
* #absent "absent" "It is known not to hold."
* #unknown "unknown" "What is recorded does not decide it."

ValueSet: CriterionStateVS
Id: criterion-state
Title: "State of a criterion"
Description: "What is known of one criterion of a rule."
* ^experimental = false
* include codes from system CriterionStateCodes

CodeSystem: QuestionReasonCodes
Id: question-reason
Title: "Reason of a question"
Description: "Why something is asked for, in the order in which questions are ranked."
* ^caseSensitive = true
* ^experimental = false
* #screen "screen" "A topic of the screen for red flags is open."
* #unconfirmed "unconfirmed" "It was understood only nearly, or is not confirmed."
* #red-flag "red flag" "It alone would raise a red flag that already holds something specific."
* #cause "cause" "A part of a listed cause is open."
* #withheld "withheld" "A suggestion is withheld until it is known."
* #general-red-flag "general red flag" "It alone would raise a red flag that holds nothing specific yet."
* #other-pain "other pain" "One of the two pains is not recorded."

ValueSet: QuestionReasonVS
Id: question-reason
Title: "Reason of a question"
Description: "Why something is asked for."
* ^experimental = false
* include codes from system QuestionReasonCodes

ValueSet: PresenceVS
Id: presence
Title: "Present or absent"
Description: "Codes that say best whether a finding is present; more are understood. For unknown send a dataAbsentReason."
* ^experimental = false
* ^copyright = "Holds codes of SNOMED CT (SNOMED International) and LOINC (Regenstrief Institute); who uses them needs the licence that their owners ask for."
* $sct#52101004 "Present"
* $sct#2667000 "Absent"
* $sct#373066001 "Yes"
* $sct#373067005 "No"
* $loinc#LA9633-4 "Present"
* $loinc#LA9634-2 "Absent"
* $loinc#LA33-6 "Yes"
* $loinc#LA32-8 "No"

ValueSet: DifferentialStatusVS
Id: differential-status
Title: "Verification of a proposed Condition"
Description: "differential for a cause that is possible, provisional for one that is more; never confirmed."
* ^experimental = false
* $verification#differential "Differential"
* $verification#provisional "Provisional"
