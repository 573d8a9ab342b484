Extension: FindingRole
Id: finding-role
Title: "Role of a finding"
Description: "Whether an item of the ClinicalImpression is a raised red flag or a listed cause."
Context: ClinicalImpression.finding
* value[x] 1..1
* value[x] only code
* valueCode from FindingRoleVS (required)

Extension: FindingCertainty
Id: finding-certainty
Title: "Certainty of a cause"
Description: "How well a listed cause fits what is recorded."
Context: ClinicalImpression.finding
* value[x] 1..1
* value[x] only code
* valueCode from FindingCertaintyVS (required)

Extension: FindingRule
Id: finding-rule
Title: "Rule behind a finding"
Description: "The rule that concluded the finding, and the ruleset with its version in which it stands."
Context: ClinicalImpression.finding
* extension contains id 1..1 and canonical 1..1
* extension[id] ^short = "Id of the rule"
* extension[id].value[x] 1..1
* extension[id].value[x] only string
* extension[canonical] ^short = "Ruleset with version"
* extension[canonical].value[x] 1..1
* extension[canonical].value[x] only canonical

Extension: FindingSource
Id: finding-source
Title: "Published source of a finding"
Description: "A publication that supports the rule behind the finding: display says what it supports, citation where it stands."
Context: ClinicalImpression.finding
* value[x] 1..1
* value[x] only RelatedArtifact

Extension: FindingCriterion
Id: finding-criterion
Title: "Criterion of a finding"
Description: "One criterion of the rule behind the finding with its state and the inputs that decide it."
Context: ClinicalImpression.finding
* extension contains id 1..1 and text 1..1 and state 1..1 and evidence 0..*
* extension[id] ^short = "Id of the criterion within the rule"
* extension[id].value[x] 1..1
* extension[id].value[x] only string
* extension[text] ^short = "The criterion in words"
* extension[text].value[x] 1..1
* extension[text].value[x] only string
* extension[state] ^short = "met, absent or unknown"
* extension[state].value[x] 1..1
* extension[state].value[x] only code
* extension[state].valueCode from CriterionStateVS (required)
* extension[evidence] ^short = "An input that decides the state"
* extension[evidence].value[x] 1..1
* extension[evidence].value[x] only Reference(Resource)

Extension: Question
Id: question
Title: "Question behind a data requirement"
Description: "What to ask, why, and for which rules."
Context: DataRequirement
* extension contains text 1..1 and why 1..1 and rule 0..*
* extension[text] ^short = "The question in plain words"
* extension[text].value[x] 1..1
* extension[text].value[x] only string
* extension[why] ^short = "Why it is asked"
* extension[why].value[x] 1..1
* extension[why].value[x] only code
* extension[why].valueCode from QuestionReasonVS (required)
* extension[rule] ^short = "Id of a rule that waits for the answer"
* extension[rule].value[x] 1..1
* extension[rule].value[x] only string
