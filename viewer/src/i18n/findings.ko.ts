/** What the service says in English about findings, in Korean: rules by their id, sentences by their form. */

interface RuleText {
  title: string;
  remediation: string;
}

export const RULES: Record<string, RuleText> = {
  "FLOW-01": {
    title: "민감한 데이터가 공개 버킷으로 흘러감",
    remediation:
      "버킷의 모든 퍼블릭 액세스를 차단하거나 차단된 버킷에 출력을 쓰세요. 그런 다음 누가 읽었는지 액세스 로그를 확인하세요.",
  },
  "FLOW-02": {
    title: "누구나 쓸 수 있는 학습 데이터를 읽는 파이프라인",
    remediation:
      "공개 권한이나 공개 정책을 제거하고 퍼블릭 액세스를 차단하세요. 다시 학습하기 전에 신뢰할 수 있는 사본과 데이터를 비교하세요.",
  },
  "FLOW-03": {
    title: "스텝을 거치며 암호화 수준이 낮아짐",
    remediation: "스텝의 출력에 입력보다 약하지 않은 KMS 키를 지정하거나, 출력 버킷의 기본 키로 설정하세요.",
  },
  "FLOW-04": {
    title: "흐름을 따라 KMS 키가 바뀜",
    remediation:
      "의도한 변경인지 확인하세요. 다른 계정의 키라면 그 소유자가 데이터를 읽을 사람을 정해도 되는지 확인하세요.",
  },
  "FLOW-05": {
    title: "리전을 넘는 데이터 흐름",
    remediation: "데이터를 파이프라인의 리전에 두거나, 리전을 벗어나도 되는 이유를 기록하세요.",
  },
  "FLOW-06": {
    title: "계정을 넘는 데이터 흐름",
    remediation:
      "다른 계정이 의도된 것인지 확인하세요. 역할 정책에 그 계정을 명시하고(aws:ResourceAccount), 요청하지 않은 복제는 제거하세요.",
  },
  "FLOW-07": {
    title: "등록된 모델의 데이터에 버전 관리가 없음",
    remediation: "모델의 근거가 된 데이터를 나중에도 보일 수 있도록 버킷의 버전 관리를 켜세요.",
  },
  "FLOW-08": {
    title: "둘 이상의 스텝이 쓰는 아티팩트",
    remediation: "스텝마다 고유한 위치를 쓰게 하거나, 한 스텝이 다른 스텝에 의존하도록 하세요.",
  },
  "FLOW-09": {
    title: "스텝이 자신의 리니지를 덮어씀",
    remediation: "파이프라인이 읽는 위치 밖에 쓰세요. 예를 들어 실행 ID 아래에 쓸 수 있습니다.",
  },
  "FLOW-10": {
    title: "네트워크 격리나 VPC 없이 민감한 데이터를 처리함",
    remediation: "작업에 EnableNetworkIsolation을 설정하고, 필요한 엔드포인트가 있는 VPC에서 실행하세요.",
  },
  "FLOW-11": {
    title: "컨테이너 간 암호화가 없는 분산 스텝",
    remediation: "EnableInterContainerTrafficEncryption을 설정하거나 인스턴스 하나에서 실행하세요.",
  },
  "FLOW-12": {
    title: "신뢰할 수 없거나 바뀔 수 있는 이미지가 민감한 데이터를 다룸",
    remediation: "자신의 계정이나 AWS의 레지스트리에 있는 이미지를 다이제스트(@sha256:…)로 지정하세요.",
  },
  "FLOW-13": {
    title: "환경 경계를 넘음",
    remediation: "파이프라인과 같은 환경의 데이터를 쓰거나, 다르게 표시된 태그를 바로잡으세요.",
  },
  "FLOW-14": {
    title: "존재하지 않는 버킷을 참조하는 파이프라인",
    remediation:
      "자신의 계정에 버킷을 만들거나 참조를 제거하세요. 역할이 자신의 계정 버킷에만 쓰도록 하세요(aws:ResourceAccount).",
  },
  "FLOW-15": {
    title: "출처를 추적할 수 없는 등록 모델",
    remediation: "이 파이프라인의 스텝이 만든 모델 파일을 등록하거나 승인을 철회하세요.",
  },
  "FLOW-16": {
    title: "민감한 경로가 확인할 수 없는 곳을 지남",
    remediation: "버킷을 판단할 수 있도록 경고에 나온 읽기 권한을 부여하세요.",
  },
  "FLOW-17": {
    title: "TLS 전용 정책이나 액세스 로깅이 없는 민감한 흐름",
    remediation: "버킷과 객체에서 aws:SecureTransport가 false인 s3:* 요청을 거부하고, 액세스 로깅을 켜세요.",
  },
  "S3.1": {
    title: "S3 범용 버킷은 퍼블릭 액세스 차단 설정을 켜야 함",
    remediation: "계정의 퍼블릭 액세스 차단 설정 네 가지를 모두 켜세요.",
  },
  "S3.2": {
    title: "S3 범용 버킷은 퍼블릭 읽기 액세스를 차단해야 함",
    remediation: "공개 권한이나 정책을 제거하고 버킷의 퍼블릭 액세스를 차단하세요.",
  },
  "S3.3": {
    title: "S3 범용 버킷은 퍼블릭 쓰기 액세스를 차단해야 함",
    remediation: "공개 권한이나 정책을 제거하고 버킷의 퍼블릭 액세스를 차단하세요.",
  },
  "S3.5": {
    title: "S3 범용 버킷은 SSL 요청을 요구해야 함",
    remediation: "버킷과 객체에서 aws:SecureTransport가 false이면 모두에게 s3:*를 거부하는 정책 문을 추가하세요.",
  },
  "S3.6": {
    title: "S3 범용 버킷 정책은 다른 AWS 계정의 액세스를 제한해야 함",
    remediation: "버킷 정책에서 다른 계정의 보안 주체에게 준 해당 작업을 제거하세요.",
  },
  "S3.8": {
    title: "S3 범용 버킷은 퍼블릭 액세스를 차단해야 함",
    remediation: "버킷이나 계정의 퍼블릭 액세스 차단 설정 네 가지를 모두 켜세요.",
  },
  "S3.9": {
    title: "S3 범용 버킷은 서버 액세스 로깅을 켜야 함",
    remediation: "같은 리전의 버킷으로 서버 액세스 로깅을 켜세요.",
  },
  "S3.12": {
    title: "S3 범용 버킷의 사용자 액세스를 ACL로 관리하지 않아야 함",
    remediation: "객체 소유권을 BucketOwnerEnforced로 설정하고 정책으로 액세스를 부여하세요.",
  },
  "S3.13": {
    title: "S3 범용 버킷에는 수명 주기 구성이 있어야 함",
    remediation: "데이터가 용도가 끝난 뒤까지 남지 않도록 버킷에 수명 주기 규칙을 두세요.",
  },
  "S3.14": { title: "S3 범용 버킷은 버전 관리를 켜야 함", remediation: "버전 관리를 켜세요." },
  "S3.15": {
    title: "S3 범용 버킷은 객체 잠금을 켜야 함",
    remediation: "일정 기간 데이터를 삭제하거나 바꾸면 안 되는 곳에는 객체 잠금을 켜세요.",
  },
  "S3.17": {
    title: "S3 범용 버킷은 AWS KMS 키로 저장 데이터를 암호화해야 함",
    remediation: "버킷의 기본 암호화를 SSE-KMS로 설정하세요.",
  },
  "S3.25": {
    title: "S3 디렉터리 버킷에는 수명 주기 구성이 있어야 함",
    remediation: "데이터가 용도가 끝난 뒤까지 남지 않도록 디렉터리 버킷에 수명 주기 규칙을 두세요.",
  },
  "SageMaker.4": {
    title: "SageMaker 엔드포인트 프로덕션 변형의 초기 인스턴스 수는 1보다 커야 함",
    remediation: "각 프로덕션 변형을 인스턴스 두 개 이상으로 시작하세요.",
  },
  "SageMaker.5": {
    title: "SageMaker 모델은 네트워크 격리를 켜야 함",
    remediation: "모델에 EnableNetworkIsolation을 설정하세요.",
  },
  "SageMaker.16": {
    title: "SageMaker 모델의 기본 컨테이너는 VPC의 프라이빗 레지스트리를 써야 함",
    remediation: "VPC 안의 레지스트리에 이미지를 두고 ImageConfig.RepositoryAccessMode를 Vpc로 설정하세요.",
  },
  "SageMaker.19": {
    title: "SageMaker 다중 컨테이너 추론 파이프라인은 VPC의 프라이빗 레지스트리를 써야 함",
    remediation:
      "VPC 안의 레지스트리에 이미지를 두고 컨테이너마다 ImageConfig.RepositoryAccessMode를 Vpc로 설정하세요.",
  },
};

/**
 * English forms, where `{1}` stands for whatever the service fills in, and what is said instead. A sentence of no
 * known form stays as it came.
 */
export const SENTENCES: readonly (readonly [english: string, korean: string])[] = [
  ["The bucket does not exist.", "버킷이 존재하지 않습니다."],
  [
    "The account's public access block is left out: it counts for the account's own buckets.",
    "계정의 퍼블릭 액세스 차단은 고려하지 않았습니다. 계정 자신의 버킷에만 적용됩니다.",
  ],
  ["The account blocks all public access.", "계정이 모든 퍼블릭 액세스를 차단합니다."],
  ["The account blocks some kinds of public access.", "계정이 일부 퍼블릭 액세스를 차단합니다."],
  ["The account blocks no public access.", "계정이 퍼블릭 액세스를 차단하지 않습니다."],
  ["The bucket blocks all public access.", "버킷이 모든 퍼블릭 액세스를 차단합니다."],
  ["The bucket blocks some kinds of public access.", "버킷이 일부 퍼블릭 액세스를 차단합니다."],
  ["The bucket blocks no public access.", "버킷이 퍼블릭 액세스를 차단하지 않습니다."],
  ["The account's public access block could not be read ({1}).", "계정의 퍼블릭 액세스 차단을 읽지 못했습니다({1})."],
  ["The bucket's public access block could not be read ({1}).", "버킷의 퍼블릭 액세스 차단을 읽지 못했습니다({1})."],
  ["Whether the bucket policy is public could not be read ({1}).", "버킷 정책이 공개인지 읽지 못했습니다({1})."],
  ["No bucket policy makes it public.", "버킷을 공개하는 버킷 정책이 없습니다."],
  [
    "The bucket policy is public, but RestrictPublicBuckets takes its effect away.",
    "버킷 정책은 공개지만 RestrictPublicBuckets 때문에 효력이 없습니다.",
  ],
  [
    "The bucket policy is public, and RestrictPublicBuckets is off.",
    "버킷 정책이 공개이고 RestrictPublicBuckets가 꺼져 있습니다.",
  ],
  [
    "The bucket policy is public; whether RestrictPublicBuckets restricts it is not known.",
    "버킷 정책이 공개이며, RestrictPublicBuckets가 제한하는지 알 수 없습니다.",
  ],
  ["The bucket's ACL could not be read ({1}).", "버킷의 ACL을 읽지 못했습니다({1})."],
  ["The ACL grants nothing to everyone.", "ACL은 모두에게 아무 권한도 주지 않습니다."],
  [
    "The ACL grants {1}, without effect: BucketOwnerEnforced switches ACLs off.",
    "ACL이 {1} 권한을 주지만 BucketOwnerEnforced가 ACL을 꺼서 효력이 없습니다.",
  ],
  [
    "The ACL grants {1}, without effect: IgnorePublicAcls.",
    "ACL이 {1} 권한을 주지만 IgnorePublicAcls 때문에 효력이 없습니다.",
  ],
  [
    "The ACL grants {1}; whether that takes effect is not known.",
    "ACL이 {1} 권한을 주며, 효력이 있는지 알 수 없습니다.",
  ],
  ["The ACL grants {1}.", "ACL이 {1} 권한을 줍니다."],
  ["Object ownership could not be read ({1}).", "객체 소유권을 읽지 못했습니다({1})."],
  [
    "{1} answered MethodNotAllowed: the bucket is another account's.",
    "{1}이(가) MethodNotAllowed로 답했습니다. 다른 계정의 버킷입니다.",
  ],

  [
    "The pipeline runs in {1}; the bucket {2} that it uses is in a region that could not be read.",
    "파이프라인은 {1}에서 실행되며, 사용하는 버킷 {2}의 리전은 읽지 못했습니다.",
  ],
  [
    "The pipeline runs in {1}; the bucket {2} that it uses is in {3}.",
    "파이프라인은 {1}에서 실행되는데, 사용하는 버킷 {2}은(는) {3}에 있습니다.",
  ],
  ["Where {1} is replicated to could not be read.", "{1}이(가) 어디로 복제되는지 읽지 못했습니다."],
  ["{1} is replicated to {2}.", "{1}이(가) {2}(으)로 복제됩니다."],
  [
    "{1} uses {2}: the environment of its bucket is {3}, and that of {4} is {5}.",
    "{1}이(가) {2}을(를) 사용합니다. 버킷의 환경은 {3}이고 {4}의 환경은 {5}입니다.",
  ],
  [
    "The pipeline's own default bucket {1} is another account's.",
    "파이프라인의 기본 버킷 {1}이(가) 다른 계정의 것입니다.",
  ],
  [
    "The bucket {1} does not exist: whoever creates it gets, or supplies, the data.",
    "버킷 {1}이(가) 존재하지 않습니다. 누구든 이 버킷을 만들면 데이터를 받거나 넣을 수 있습니다.",
  ],
  ["{1} reads data under {2} and writes it under {3}.", "{1}이(가) {2} 암호화 데이터를 읽어 {3}(으)로 씁니다."],
  [
    "{1} reads data under one KMS key and writes it under another, a key of another account.",
    "{1}이(가) 한 KMS 키의 데이터를 읽어 다른 계정의 키로 씁니다.",
  ],
  [
    "{1} reads data under one KMS key and writes it under another.",
    "{1}이(가) 한 KMS 키의 데이터를 읽어 다른 키로 씁니다.",
  ],
  [
    "{1} reads data under one KMS key and may write it under another.",
    "{1}이(가) 한 KMS 키의 데이터를 읽어 다른 키로 쓸 수 있습니다.",
  ],
  ["The bucket {1} does not block public reading.", "버킷 {1}이(가) 퍼블릭 읽기를 차단하지 않습니다."],
  ["The bucket {1} does not block public writing.", "버킷 {1}이(가) 퍼블릭 쓰기를 차단하지 않습니다."],
  ["The bucket {1} does not block all public access.", "버킷 {1}이(가) 모든 퍼블릭 액세스를 차단하지는 않습니다."],
  ["The bucket {1} grants access by ACL.", "버킷 {1}이(가) ACL로 액세스를 부여합니다."],
  ["The bucket {1} does not keep versions.", "버킷 {1}이(가) 버전을 보관하지 않습니다."],
  ["The bucket {1} does not encrypt with KMS by default.", "버킷 {1}의 기본 암호화가 KMS가 아닙니다."],
  ["The bucket {1} lets in requests without TLS.", "버킷 {1}이(가) TLS 없는 요청을 허용합니다."],
  [
    "The bucket {1} lets other accounts change its settings or its objects' ACLs.",
    "버킷 {1}의 설정이나 객체 ACL을 다른 계정이 바꿀 수 있습니다.",
  ],
  ["The bucket {1} keeps no access log.", "버킷 {1}에 액세스 로그가 없습니다."],
  ["The bucket {1} has no lifecycle rules.", "버킷 {1}에 수명 주기 규칙이 없습니다."],
  ["The bucket {1} has no object lock.", "버킷 {1}에 객체 잠금이 없습니다."],
  ["Not known: whether the bucket {1} does not keep versions.", "버킷 {1}이(가) 버전을 보관하는지 알 수 없습니다."],
  ["Not known: whether {1} does not block public reading.", "{1}이(가) 퍼블릭 읽기를 차단하는지 알 수 없습니다."],
  ["Not known: whether {1} does not block public writing.", "{1}이(가) 퍼블릭 쓰기를 차단하는지 알 수 없습니다."],
  [
    "Not known: whether {1} does not block all public access.",
    "{1}이(가) 모든 퍼블릭 액세스를 차단하는지 알 수 없습니다.",
  ],
  ["Not known: whether {1} grants access by ACL.", "{1}이(가) ACL로 액세스를 부여하는지 알 수 없습니다."],
  ["Not known: whether {1} does not keep versions.", "{1}이(가) 버전을 보관하는지 알 수 없습니다."],
  ["Not known: whether {1} does not encrypt with KMS by default.", "{1}의 기본 암호화가 KMS인지 알 수 없습니다."],
  ["Not known: whether {1} lets in requests without TLS.", "{1}이(가) TLS 없는 요청을 허용하는지 알 수 없습니다."],
  [
    "Not known: whether {1} lets other accounts change its settings or its objects' ACLs.",
    "{1}의 설정이나 객체 ACL을 다른 계정이 바꿀 수 있는지 알 수 없습니다.",
  ],
  ["Not known: whether {1} keeps no access log.", "{1}에 액세스 로그가 있는지 알 수 없습니다."],
  ["Not known: whether {1} has no lifecycle rules.", "{1}에 수명 주기 규칙이 있는지 알 수 없습니다."],
  ["Not known: whether {1} has no object lock.", "{1}에 객체 잠금이 있는지 알 수 없습니다."],
  [
    "The account does not block all public access; {1} of its buckets here do lean on it.",
    "계정이 모든 퍼블릭 액세스를 차단하지는 않으며, 여기 버킷 {1}개가 계정 설정에 의존합니다.",
  ],
  [
    "The account does not block all public access; {1} of its buckets here may lean on it.",
    "계정이 모든 퍼블릭 액세스를 차단하지는 않으며, 여기 버킷 {1}개가 계정 설정에 의존할 수 있습니다.",
  ],
  [
    "The account is not known to block all public access; {1} of its buckets here do lean on it.",
    "계정이 모든 퍼블릭 액세스를 차단하는지 알 수 없으며, 여기 버킷 {1}개가 계정 설정에 의존합니다.",
  ],
  [
    "The account is not known to block all public access; {1} of its buckets here may lean on it.",
    "계정이 모든 퍼블릭 액세스를 차단하는지 알 수 없으며, 여기 버킷 {1}개가 계정 설정에 의존할 수 있습니다.",
  ],
  [
    "The model that {1} registers comes from {2}, in a bucket whose versioning is {3}.",
    "{1}이(가) 등록하는 모델은 {2}에서 왔으며, 그 버킷의 버전 관리는 {3}입니다.",
  ],
  ["{1} write to {2} in no fixed order.", "{1}이(가) 정해진 순서 없이 {2}에 씁니다."],
  ["{1} writes to {2}, inside {3} that {4} has read.", "{1}이(가) {2}에 쓰는데, {4}이(가) 읽은 {3} 안입니다."],
  [
    "{1} registers {2}, which no step of the pipeline made.",
    "{1}이(가) {2}을(를) 등록하는데, 파이프라인의 어느 스텝도 만들지 않았습니다.",
  ],
  [
    "{1} registers {2}, which is not known to come from a step.",
    "{1}이(가) {2}을(를) 등록하는데, 스텝에서 나온 것인지 알 수 없습니다.",
  ],
  [
    "{1} works on sensitive data without network isolation and outside a VPC.",
    "{1}이(가) 네트워크 격리 없이 VPC 밖에서 민감한 데이터를 처리합니다.",
  ],
  [
    "{1} works on sensitive data without network isolation.",
    "{1}이(가) 네트워크 격리 없이 민감한 데이터를 처리합니다.",
  ],
  [
    "{1} works on perhaps sensitive data without network isolation and outside a VPC.",
    "{1}이(가) 네트워크 격리 없이 VPC 밖에서 민감할 수 있는 데이터를 처리합니다.",
  ],
  [
    "{1} works on perhaps sensitive data without network isolation.",
    "{1}이(가) 네트워크 격리 없이 민감할 수 있는 데이터를 처리합니다.",
  ],
  [
    "{1} runs on {2} instances; the traffic between them is not encrypted.",
    "{1}이(가) 인스턴스 {2}개에서 실행되며, 그 사이의 트래픽이 암호화되지 않습니다.",
  ],
  [
    "{1} runs on {2} instances; the traffic between them is not known to be encrypted.",
    "{1}이(가) 인스턴스 {2}개에서 실행되며, 그 사이의 트래픽이 암호화되는지 알 수 없습니다.",
  ],
  ["{1} handles perhaps sensitive data with {2}.", "{1}이(가) {2}(으)로 민감할 수 있는 데이터를 다룹니다."],
  ["{1} handles sensitive data with {2}.", "{1}이(가) {2}(으)로 민감한 데이터를 다룹니다."],
  [
    "{1} starts a production variant with instance count {2}.",
    "{1}이(가) 인스턴스 {2}개로 프로덕션 변형을 시작합니다.",
  ],
  [
    "Sensitive data flows to {1}, in a bucket whose public access is {2}.",
    "민감한 데이터가 {1}(으)로 흘러갑니다. 그 버킷의 퍼블릭 액세스는 {2}입니다.",
  ],
  [
    "Sensitive data (perhaps: tags could not be read) flows to {1}, in a bucket whose public access is {2}.",
    "민감할 수 있는 데이터(태그를 읽지 못함)가 {1}(으)로 흘러갑니다. 그 버킷의 퍼블릭 액세스는 {2}입니다.",
  ],
  ["{1} depends on {2}, and anyone can write there.", "{1}이(가) {2}에 의존하는데, 그곳에는 누구나 쓸 수 있습니다."],
  [
    "{1} depends on {2}, and its bucket policy is public; whether it lets anyone write stands in its text, which was not read.",
    "{1}이(가) {2}에 의존하는데, 버킷 정책이 공개입니다. 누구나 쓸 수 있는지는 정책 본문에 있으며 읽지 않았습니다.",
  ],
  [
    "{1} depends on {2}, and whether anyone can write there could not be read.",
    "{1}이(가) {2}에 의존하는데, 누구나 쓸 수 있는지 읽지 못했습니다.",
  ],
  [
    "Sensitive data passes through {1}, of which {2} could not be read.",
    "민감한 데이터가 {1}을(를) 지나는데, {2}을(를) 읽지 못했습니다.",
  ],
];
