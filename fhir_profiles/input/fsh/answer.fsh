// What an answer holds. Every resource of it has a narrative, a language and an identifier by which a rerun is known as the same.

RuleSet: Ours
* implicitRules 0..0
* modifierExtension 0..0
* meta 1..1
* meta.source 1..1
* meta.source = "https://nuchal.example.org/fhir/Device/nuchal"
* language 1..1
* text 1..1 MS
* text.status = #generated
* identifier 1..*

Profile: NuchalAnswer
Parent: Bundle
Id: answer
Title: "Answer of Nuchal"
Description: "All that follows from one request. Without headache and back pain, and without a red flag, there is no plan."
* identifier 1..1
* type = #collection
* timestamp 1..1
* timestamp ^short = "asOf: the moment of the evaluation, not of the call"
* total 0..0
* link 0..0
* entry 1..*
* entry.fullUrl 1..1
* entry.resource 1..1
* entry.search 0..0
* entry.request 0..0
* entry.response 0..0
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains guidance 1..1 and assessment 1..1 and plan 0..1 and proposal 0..* and differential 0..* and withheld 0..*
    and software 1..1 and provenance 1..1 and remarks 1..1
* entry[guidance].resource only GuidanceResponse
* entry[assessment].resource only NuchalAssessment
* entry[plan].resource only NuchalPlan
* entry[proposal].resource only NuchalProposal
* entry[differential].resource only NuchalDifferential
* entry[withheld].resource only DetectedIssue
* entry[software].resource only Device
* entry[provenance].resource only Provenance
* entry[remarks].resource only OperationOutcome
* obeys answer-1 and answer-2

Invariant: answer-1
Description: "Each resource stands at the address of its id"
Severity: #error
Expression: "entry.all(fullUrl = 'urn:uuid:' + resource.id)"

Invariant: answer-2
Description: "The plan is the result of the guidance, and without a plan there is none"
Severity: #error
Expression: "entry.resource.ofType(GuidanceResponse).result.exists() = entry.resource.ofType(CarePlan).exists()"

Profile: NuchalAssessment
Parent: ClinicalImpression
Id: assessment
Title: "Assessment by Nuchal"
Description: "Raised red flags, then the causes that fit in their rank, each with the rule behind it, its criteria and its sources. Completed says that the evaluation is, not that a clinician agrees."
* insert Ours
* status = #completed
* code 1..1
* code.text 1..1
* subject only Reference(Patient)
* date 1..1
* date ^short = "asOf: the moment of the evaluation, not of the call"
* effective[x] only dateTime
* assessor 0..0
* assessor ^short = "The software is none; see Provenance"
* protocol 1..1
* protocol ^short = "The ruleset with its version"
* summary 1..1 MS
* finding MS
* finding.extension contains FindingRole named role 1..1 and FindingCertainty named certainty 0..1 and FindingRule named rule 1..1
    and FindingSource named source 1..* and FindingCriterion named criterion 0..*
* finding.itemCodeableConcept 1..1 MS
* finding.itemCodeableConcept.text 1..1
* finding.itemReference only Reference(NuchalDifferential)
* finding.basis 1..1 MS
* finding.basis ^short = "Why, in a sentence"
* finding obeys assessment-1
* note 1..*
* note ^short = "What was not weighed; then the intended use and whether a clinician has reviewed the rules"
* obeys assessment-2

Invariant: assessment-1
Description: "A cause has a certainty, a red flag has none"
Severity: #error
Expression: "extension('https://nuchal.example.org/fhir/StructureDefinition/finding-certainty').exists() = (extension('https://nuchal.example.org/fhir/StructureDefinition/finding-role').value = 'cause')"

Invariant: assessment-2
Description: "Red flags stand before causes"
Severity: #error
Expression: "finding.take(finding.extension('https://nuchal.example.org/fhir/StructureDefinition/finding-role').where(value = 'red-flag').count()).extension('https://nuchal.example.org/fhir/StructureDefinition/finding-role').all(value = 'red-flag')"

// US Core CarePlan asks for a narrative summary, status, intent, the category assess-plan and a patient. It is asked for here as well,
// and not claimed in meta.profile, since no validator at hand has US Core.
Profile: NuchalPlan
Parent: CarePlan
Id: plan
Title: "Plan proposed by Nuchal"
Description: "How soon the patient must be seen, what is proposed, what is not to be done. A draft: a clinician decides. Fits what US Core asks of a CarePlan."
* insert Ours
* instantiatesCanonical 1..1
* status = #draft
* intent = #proposal
* category 2..2
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains AssessPlan 1..1 and disposition 1..1
* category[AssessPlan] = $plan-category#assess-plan
* category[disposition] from DispositionVS (required)
* category[disposition].text 1..1
* title 1..1
* description 1..1 MS
* description ^short = "What it rests on, and what was not weighed"
* subject only Reference(Patient)
* created 1..1
* author 1..1
* author only Reference(Device)
* addresses only Reference(NuchalDifferential)
* activity 1..* MS
* activity.reference only Reference(NuchalProposal)
* activity.detail.instantiatesCanonical 1..1
* activity.detail.status = #not-started
* activity.detail.description 1..1
* activity.detail obeys plan-1 and plan-2
* note 1..*

Invariant: plan-1
Description: "A prohibition says so to whoever overlooks doNotPerform"
Severity: #error
Expression: "doNotPerform = true implies (description.startsWith('Do not') and code.text.startsWith('Do not') and product.empty())"

Invariant: plan-2
Description: "A suggestion is named: a product where it is a drug, else a code"
Severity: #error
Expression: "code.text.exists() xor product.text.exists()"

Profile: NuchalProposal
Parent: ServiceRequest
Id: proposal
Title: "Proposal of an order by Nuchal"
Description: "An order, referral or procedure that is proposed. Nobody has ordered it; a prohibition is never one."
* insert Ours
* instantiatesCanonical 1..1
* status = #draft
* intent = #proposal
* priority 1..1
* doNotPerform 0..0
* code 1..1
* code.text 1..1
* subject only Reference(Patient)
* authoredOn 1..1
* requester 1..1
* requester only Reference(Device)
* reasonReference only Reference(NuchalDifferential)
* note 1..*
* note ^short = "For the clinician, with the cautions that hold and what to ask first"
* patientInstruction 1..1
* obeys proposal-1

Invariant: proposal-1
Description: "Says what it is for: a cause or a red flag"
Severity: #error
Expression: "reasonCode.exists() or reasonReference.exists()"

Profile: NuchalDifferential
Parent: Condition
Id: differential
Title: "Cause proposed by Nuchal"
Description: "A cause that fits and that nobody has confirmed. One that is on the problem list already is not proposed."
* insert Ours
* clinicalStatus 1..1
* clinicalStatus = $clinical#active
* verificationStatus 1..1
* verificationStatus from DifferentialStatusVS (required)
* category 1..1
* category = $condition-category#encounter-diagnosis
* code 1..1
* code.text 1..1
* subject only Reference(Patient)
* recordedDate 1..1
* recorder 0..0
* asserter 0..0
