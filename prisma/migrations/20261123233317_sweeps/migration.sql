-- CreateEnum
CREATE TYPE "SweepState" AS ENUM ('active', 'paused', 'cancelled');

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "manifestSha256" TEXT,
ADD COLUMN     "point" INTEGER,
ADD COLUMN     "reusedFrom" UUID,
ADD COLUMN     "sweepId" UUID;

-- CreateTable
CREATE TABLE "Sweep" (
    "id" UUID NOT NULL,
    "state" "SweepState" NOT NULL DEFAULT 'active',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "name" TEXT,
    "tags" TEXT[],
    "inFlight" INTEGER NOT NULL,
    "reuse" BOOLEAN NOT NULL,
    "request" JSONB NOT NULL,
    "changes" INTEGER NOT NULL DEFAULT 1,
    "changesTold" INTEGER NOT NULL DEFAULT 0,
    "idempotencyKey" TEXT,
    "requestSha256" TEXT NOT NULL,

    CONSTRAINT "Sweep_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Sweep_idempotencyKey_key" ON "Sweep"("idempotencyKey");

-- CreateIndex
CREATE INDEX "Sweep_createdAt_id_idx" ON "Sweep"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Run_sweepId_status_point_idx" ON "Run"("sweepId", "status", "point");

-- CreateIndex
CREATE INDEX "Run_manifestSha256_idx" ON "Run"("manifestSha256");

-- CreateIndex
CREATE UNIQUE INDEX "Run_sweepId_point_key" ON "Run"("sweepId", "point");

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
